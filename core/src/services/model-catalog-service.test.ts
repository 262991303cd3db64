import assert from 'node:assert/strict';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import type { ModelCatalogEntry, ModelCatalogEntrySchema } from '@candela/proto/types/model_catalog';
import type { Caller } from '../gateway/gates/identity.ts';
import { blankEntry } from '../storage/catalog-store.ts';
import {
  ADA,
  ADMIN,
  NOW,
  assertRefused,
  inMemoryServices,
  type Clients,
  type InMemoryServices,
} from './testing/in-memory-services.ts';

const KEY = { provider: 'openai', modelId: 'gpt-4o' };

describe('ModelCatalogService', () => {
  let services: InMemoryServices;
  let as: (caller: Caller) => Clients;
  beforeEach(async () => {
    services = await inMemoryServices();
    // Each new client has a validator of its own to build.
    const clients = new Map([ADMIN, ADA].map((caller) => [caller, services.as(caller)]));
    as = (caller) => clients.get(caller) ?? services.as(caller);
  });
  afterEach(() => services.close());

  const update = async (
    entry: MessageInitShape<typeof ModelCatalogEntrySchema>,
    ...paths: string[]
  ): Promise<ModelCatalogEntry> => {
    const mask = paths.length === 0 ? {} : { updateMask: { paths } };
    const { entry: written } = await as(ADMIN).catalog.updateModelCatalogEntry({ entry, ...mask });
    assert.ok(written);
    return written;
  };
  const listed = async (
    caller = ADMIN,
    includeDisabled = true,
  ): Promise<ReadonlyMap<string, ModelCatalogEntry>> => {
    const { models } = await as(caller).catalog.listModelCatalog({ includeDisabled });
    return new Map(models.map((model) => [model.modelId, model]));
  };

  it('lists what is offered, with the prices in force, before anybody has said anything', async () => {
    const answer = await as(ADA).catalog.listModelCatalog({});
    assert.deepEqual([answer.source, answer.adminEditable], ['store', true]);
    const model = answer.models.find(({ modelId }) => modelId === 'gpt-4o');
    assert.deepEqual(
      [model?.provider, model?.enabled, model?.inputPerMillion, model?.outputPerMillion, model?.updatedAt],
      ['openai', true, 2.5, 10, undefined],
    );
    assert.deepEqual(
      answer.models.map(({ modelId }) => modelId),
      answer.models.map(({ modelId }) => modelId).toSorted(),
    );
  });

  it('writes a new entry with every field, and answers it as it is listed', async () => {
    const entry = {
      ...{ provider: 'openai', modelId: 'house-fast', displayName: 'Fast', enabled: true, category: 'chat' },
      ...{ inputPerMillion: 0.1, outputPerMillion: 0.4, inputPerMillionHigh: 0.2, outputPerMillionHigh: 0.8 },
      ...{ contextWindow: 128_000n, tierThresholdTokens: 200_000n, discountPercent: 0.1 },
      ...{ aliases: ['quick'], allowedTenants: ['acme'], requiredAccess: ['beta'] },
      ...{ providerModelId: 'gpt-4o-mini', region: 'eu' },
    };
    const written = await update(entry);
    assert.deepEqual(written, {
      $typeName: 'candela.types.ModelCatalogEntry',
      ...entry,
      updatedAt: timestampFromMs(NOW),
    });
    assert.deepEqual((await listed()).get('house-fast'), written);
  });

  it('writes all fields without a mask, and with one those that it names', async () => {
    await update({ ...KEY, enabled: true, inputPerMillion: 1, outputPerMillion: 2, aliases: ['o'] });
    const masked = await update(
      { ...KEY, displayName: 'Omni', inputPerMillion: 9 },
      'display_name',
      'model_id',
    );
    assert.deepEqual(
      [masked.displayName, masked.inputPerMillion, masked.enabled, masked.aliases],
      ['Omni', 1, true, ['o']],
    );
    const whole = await update({ ...KEY, enabled: true });
    assert.deepEqual([whole.displayName, whole.inputPerMillion, whole.aliases], ['', 0, []]);
    const cleared = await update({ ...KEY }, '*');
    assert.equal(cleared.enabled, false);
  });

  it('leaves an offered model switched on, and a new one off, whose mask does not say', async () => {
    assert.equal((await update({ ...KEY, displayName: 'Omni' }, 'display_name')).enabled, true);
    const added = await update({ ...KEY, modelId: 'house-new', displayName: 'New' }, 'display_name');
    assert.equal(added.enabled, false);
  });

  it('shows a disabled model, and the dated ones it stands for, to admins who ask alone', async () => {
    await update({ ...KEY, enabled: false });
    assert.equal((await listed()).get('gpt-4o')?.enabled, false);
    for (const shown of [await listed(ADMIN, false), await listed(ADA, false), await listed(ADA, true)]) {
      assert.deepEqual(
        [...shown.keys()].filter((id) => /^gpt-4o(-\d|$)/.test(id)),
        [],
      );
      assert.equal(shown.has('gpt-4o-mini'), true);
    }
  });

  it('has another version after every change, and after nothing else', async () => {
    const version = async (): Promise<string> => (await as(ADA).catalog.listModelCatalog({})).version;
    const first = await version();
    assert.equal(await version(), first);
    await update({ ...KEY, enabled: false });
    const second = await version();
    assert.notEqual(second, first);
    await as(ADMIN).catalog.deleteModelCatalogEntry(KEY);
    assert.equal(await version(), first);
  });

  it('takes an entry out once, and an offered model is as it was', async () => {
    await update({ ...KEY, enabled: false });
    await as(ADMIN).catalog.deleteModelCatalogEntry(KEY);
    assert.equal((await listed(ADA, false)).get('gpt-4o')?.inputPerMillion, 2.5);
    const again = as(ADMIN).catalog.deleteModelCatalogEntry(KEY);
    await assertRefused(again, Code.NotFound, /^model_id: /);
  });

  it('lets nobody but admins write', async () => {
    const { catalog } = as(ADA);
    const writes = [
      catalog.updateModelCatalogEntry({ entry: { ...KEY, enabled: true } }),
      catalog.deleteModelCatalogEntry(KEY),
    ];
    for (const write of writes) await assertRefused(write, Code.PermissionDenied, /only an admin/);
  });

  it('refuses what no entry can be, naming the field, and writes nothing', async () => {
    await update({ ...KEY, modelId: 'taken', enabled: true, aliases: ['also-taken'] });
    const before = await listed();
    const wrong: readonly (readonly [MessageInitShape<typeof ModelCatalogEntrySchema>, RegExp])[] = [
      [{ ...KEY, provider: '' }, /entry\.provider/],
      [{ ...KEY, modelId: '' }, /entry\.model_id/],
      [{ ...KEY, modelId: 'x'.repeat(129) }, /entry\.model_id/],
      [{ ...KEY, inputPerMillion: -1 }, /entry\.input_per_million/],
      [{ ...KEY, inputPerMillion: NaN }, /entry\.input_per_million/],
      [{ ...KEY, outputPerMillion: Infinity }, /entry\.output_per_million/],
      [{ ...KEY, outputPerMillionHigh: 2e6, tierThresholdTokens: 1n }, /entry\.output_per_million_high/],
      [{ ...KEY, inputPerMillionHigh: 1 }, /entry\.tier_threshold_tokens/],
      [{ ...KEY, tierThresholdTokens: -1n }, /entry\.tier_threshold_tokens/],
      [{ ...KEY, contextWindow: 2n ** 62n }, /entry\.context_window/],
      [{ ...KEY, discountPercent: 20 }, /entry\.discount_percent/],
      [{ ...KEY, displayName: 'x'.repeat(257) }, /entry\.display_name/],
      [{ ...KEY, aliases: [''] }, /entry\.aliases/],
      [{ ...KEY, aliases: ['taken'] }, /entry\.aliases: "taken" already means the model taken/],
      [{ ...KEY, aliases: ['Also-Taken'] }, /entry\.aliases: .* already means the model taken/],
      [{ ...KEY, modelId: 'also-taken' }, /entry\.model_id: .* already means the model taken/],
      [{ ...KEY, allowedTenants: ['no spaces'] }, /entry\.allowed_tenants/],
      [{ ...KEY, requiredAccess: ['\n'] }, /entry\.required_access/],
      [{ ...KEY, region: 'evil.example/' }, /entry\.region/],
      [{ ...KEY, providerModelId: 'x'.repeat(129) }, /entry\.provider_model_id/],
    ];
    for (const [entry, field] of wrong) {
      const asked = as(ADMIN).catalog.updateModelCatalogEntry({ entry });
      await assertRefused(asked, Code.InvalidArgument, field);
    }
    const { catalog } = as(ADMIN);
    await assertRefused(catalog.updateModelCatalogEntry({}), Code.InvalidArgument, /^entry: is required/);
    const unknown = catalog.updateModelCatalogEntry({ entry: KEY, updateMask: { paths: ['__proto__'] } });
    await assertRefused(unknown, Code.InvalidArgument, /^update_mask: .*__proto__/);
    assert.deepEqual(await listed(), before);
  });

  it('changes what one process asks for at once, and loses no field of two that are changed together', async () => {
    await update({ ...KEY, enabled: true });
    await Promise.all([
      update({ ...KEY, displayName: 'Omni' }, 'display_name'),
      update({ ...KEY, category: 'chat' }, 'category'),
    ]);
    const entry = (await listed()).get('gpt-4o');
    assert.deepEqual([entry?.displayName, entry?.category], ['Omni', 'chat']);
  });
});

describe('ModelCatalogService over a configuration', () => {
  it('lists it, and is read-only', async () => {
    const disabled = blankEntry({ provider: 'openai', modelId: 'gpt-4' }, false);
    const { as, close } = await inMemoryServices({ catalog: { backend: 'config', models: [disabled] } });
    const answer = await as(ADMIN).catalog.listModelCatalog({ includeDisabled: true });
    assert.deepEqual([answer.source, answer.adminEditable], ['config', false]);
    assert.equal(answer.models.find(({ modelId }) => modelId === 'gpt-4')?.enabled, false);
    const { catalog } = as(ADMIN);
    const write = catalog.updateModelCatalogEntry({ entry: { ...KEY, enabled: true } });
    await assertRefused(write, Code.Unimplemented, /catalog\.backend: store/);
    await assertRefused(catalog.deleteModelCatalogEntry(KEY), Code.Unimplemented, /catalog\.models/);
    await close();
  });
});
