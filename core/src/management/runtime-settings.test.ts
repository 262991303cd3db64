import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { createCachingSettings } from '../gateway/caching/caching-settings.ts';
import { createChangingPriceBook } from '../pricing/index.ts';
import { openDatabase } from '../storage/sqlite/open.ts';
import { RUNTIME_CONFIG_SCHEMA } from '../storage/sqlite/runtime-config-schema.ts';
import { createSqliteRuntimeConfigStore } from '../storage/sqlite/runtime-config-store.ts';
import type { RuntimeConfigStore } from '../storage/runtime-config-store.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { openRuntimeSettings } from './runtime-settings.ts';
import type { Settings } from './settings.ts';

const file: Settings = {
  pricing: { discount_percent: 0, models: [] },
  caching: { anthropic: 'off', cache_ttl: '5m', gemini_cache_discount: null },
  capture_content: true,
};
const price = (model: string, usd: number) => ({
  ...{ provider: 'openai', model },
  ...{ input_per_million: usd, output_per_million: usd },
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, 'it did not come to pass');
    await pause(1);
  }
}

describe('runtime settings', () => {
  let folder: string;
  const undo: (() => void)[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-settings-'));
  });
  afterEach(() => {
    for (const step of undo.splice(0).toReversed()) step();
    rmSync(folder, { recursive: true });
  });

  const database = (): DatabaseSync => {
    const db = openDatabase({ path: join(folder, 'state.db'), schema: [RUNTIME_CONFIG_SCHEMA] });
    undo.push(() => db.close());
    return db;
  };
  /** What one process has of them. */
  const open = async (db = database()) => {
    const prices = createChangingPriceBook();
    const caching = createCachingSettings();
    const log = recordedLog();
    const stored = createSqliteRuntimeConfigStore(db);
    let looks = 0;
    const store: RuntimeConfigStore = {
      ...stored,
      read() {
        looks++;
        return stored.read();
      },
    };
    const parts = { store, prices, caching, logger: log.logger };
    const settings = await openRuntimeSettings({ ...parts, file, lookEveryMs: 5 });
    undo.push(() => settings.close());
    const inputPrice = (model: string, provider = 'openai') => prices.find(provider, model)?.rates.input;
    return { ...parts, settings, inputPrice, lines: log.lines, looks: () => looks };
  };

  it('are in force as soon as they are set', async () => {
    const { settings, inputPrice, caching, prices } = await open();
    assert.deepEqual(settings.current(), file);
    assert.equal(inputPrice('gpt-9'), undefined);
    const now = await settings.change({
      pricing: { discount_percent: 0.25, models: [price('gpt-9', 7)] },
      caching: { anthropic: 'system-only', cache_ttl: '1h', gemini_cache_discount: 0.5 },
      capture_content: false,
    });
    assert.deepEqual(settings.current(), now);
    assert.deepEqual(now.pricing, { discount_percent: 0.25, models: [price('gpt-9', 7)] });
    assert.deepEqual([inputPrice('gpt-9'), now.capture_content], [7_000_000_000n, false]);
    assert.equal(prices.find('openai', 'gpt-4o')?.globalDiscountPpb, 250_000_000n);
    assert.deepEqual(caching.get(), { mode: 'system-only', ttl: '1h' });
    const gemini = prices.find('google', 'gemini-2.5-pro')?.rates;
    assert.equal(gemini?.cacheRead, (gemini?.input ?? 0n) / 2n);

    assert.deepEqual(await settings.reset(), file);
    assert.equal(inputPrice('gpt-9'), undefined);
    assert.equal(prices.find('openai', 'gpt-4o')?.globalDiscountPpb, 0n);
    assert.deepEqual(caching.get(), { mode: 'off', ttl: '5m' });
  });

  it('are there again in the next process', async () => {
    const first = await open();
    await first.settings.change({ pricing: { models: [price('gpt-9', 7)] } });
    const next = await open();
    assert.equal(next.inputPrice('gpt-9'), 7_000_000_000n);
  });

  it('reach the other processes on the same store, and those of two at once both count', async () => {
    const [one, other] = [await open(), await open()];
    await Promise.all([
      one.settings.change({ pricing: { models: [price('gpt-8', 8)] } }),
      other.settings.change({ pricing: { models: [price('gpt-9', 9)] } }),
    ]);
    const seen = () => [one, other].flatMap(({ inputPrice }) => [inputPrice('gpt-8'), inputPrice('gpt-9')]);
    await until(() => !seen().includes(undefined));
    assert.deepEqual(seen(), [8_000_000_000n, 9_000_000_000n, 8_000_000_000n, 9_000_000_000n]);
  });

  it('stay as they were when one of them is no price', async () => {
    const { settings, store } = await open();
    await settings.change({ pricing: { models: [price('gpt-9', 7)] } });
    const before = [settings.current(), await store.read()];
    await assert.rejects(settings.change({ pricing: { models: [price('gpt-10', -1)] } }), RangeError);
    assert.deepEqual([settings.current(), await store.read()], before);
  });

  it('keep a process from starting that cannot understand them, and are kept', async () => {
    const db = database();
    const store = createSqliteRuntimeConfigStore(db);
    await store.update(() => ({ pricing: { surcharge: 1 } }));
    await assert.rejects(open(db), { name: 'ConfigError', message: /pricing\.surcharge: unknown key/ });
    assert.deepEqual((await store.read()).value, { pricing: { surcharge: 1 } });
  });

  it('stay in force where another process sets what this one cannot understand, which is said once', async () => {
    const { settings, store, lines, looks } = await open();
    await settings.change({ pricing: { discount_percent: 0.5 } });
    await store.update((value) => ({ ...value, novelty: true }));
    await until(() => lines.length > 0);
    const looksBefore = looks();
    await until(() => looks() > looksBefore + 3);
    assert.equal(settings.current().pricing.discount_percent, 0.5);
    assert.deepEqual(
      lines.map(({ level, msg }) => [level, msg]),
      [['error', 'could not read the settings of other processes']],
    );
  });
});
