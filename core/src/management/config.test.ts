import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { createCachingSettings } from '../gateway/caching/caching-settings.ts';
import { createChangingPriceBook } from '../pricing/index.ts';
import { openDatabase } from '../storage/sqlite/open.ts';
import { RUNTIME_CONFIG_SCHEMA } from '../storage/sqlite/runtime-config-schema.ts';
import { createSqliteRuntimeConfigStore } from '../storage/sqlite/runtime-config-store.ts';
import type { RuntimeConfigStore } from '../storage/runtime-config-store.ts';
import { serve, type Served } from '../testing/http-handler.ts';
import { recordedLog, type LogLine } from '../testing/recorded-log.ts';
import { config } from './config.ts';
import { createLocalApi } from './local-api.ts';
import { openRuntimeSettings, type RuntimeSettings } from './runtime-settings.ts';

/** What a caller sees of it with the real daemon is in `test/gateway`. */
describe('POST /_local/api/config', () => {
  let db: DatabaseSync;
  let store: RuntimeConfigStore;
  let settings: RuntimeSettings;
  let served: Served;
  let lines: readonly LogLine[];
  beforeEach(async () => {
    const log = recordedLog();
    ({ lines } = log);
    const { logger } = log;
    db = openDatabase({ path: ':memory:', schema: [RUNTIME_CONFIG_SCHEMA] });
    store = createSqliteRuntimeConfigStore(db);
    settings = await openRuntimeSettings({
      ...{ store, logger, prices: createChangingPriceBook(), caching: createCachingSettings() },
      file: {
        pricing: { discount_percent: 0, models: [] },
        caching: { anthropic: 'off', cache_ttl: '5m', gemini_cache_discount: null },
        capture_content: true,
      },
      lookEveryMs: 60_000,
    });
    const handle = createLocalApi({
      identify: () => ({ userId: 'ada', email: 'ada@example.com', role: 'admin' }),
      logger,
      endpoints: { config: config(settings, logger) },
    });
    served = await serve((req, res) => void handle(req, res));
  });
  afterEach(async () => {
    settings.close();
    await served.close();
    db.close();
  });

  const send = async (method: string, change?: object) => {
    const answer = await fetch(`${served.url}/_local/api/config`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(change && { body: JSON.stringify(change) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('takes what GET answers, and changes nothing by it', async () => {
    await send('POST', { pricing: { discount_percent: 0.25 }, caching: { gemini_cache_discount: 0.2 } });
    const before = await send('GET');
    assert.deepEqual(await send('POST', before.body), before);
    assert.deepEqual(await send('POST', {}), before);
  });

  it('leaves in the log who changed which keys, and no values', async () => {
    await send('POST', {
      pricing: { discount_percent: 0.25 },
      caching: { anthropic: 'off' },
      capture_content: false,
    });
    await send('DELETE');
    assert.deepEqual(
      lines.map(({ msg, fields }) => ({ msg, ...fields })),
      [
        {
          msg: 'settings changed at run time',
          user_id: 'ada',
          keys: ['capture_content', 'pricing.discount_percent', 'caching.anthropic'],
        },
        { msg: 'settings made at run time are forgotten', user_id: 'ada' },
      ],
    );
  });

  it('does not write over what a newer Candela on the same store has set', async () => {
    await store.update(() => ({ novelty: true }));
    const { status, body } = await send('POST', { capture_content: false });
    assert.equal(status, 409);
    assert.match(String(body['error']), /novelty: unknown key; .*DELETE \/_local\/api\/config$/);
    assert.deepEqual((await store.read()).value, { novelty: true });
    assert.equal((await send('DELETE')).status, 200);
    assert.deepEqual((await store.read()).value, {});
  });
});
