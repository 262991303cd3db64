import assert from 'node:assert/strict';
import { Refusal } from '../errors.ts';
import { cachingOf } from './caching-headers.ts';
import { createCachingSettings } from './caching-settings.ts';

const SETTINGS = { mode: 'auto', ttl: '1h' } as const;

describe('prompt caching of one call', () => {
  it('is as set, unless a header says else', () => {
    assert.deepEqual(cachingOf([], SETTINGS), SETTINGS);
    assert.deepEqual(cachingOf(['x-candela-caching', 'off'], SETTINGS), { mode: 'off', ttl: '1h' });
    assert.deepEqual(cachingOf(['X-CANDELA-CACHE-TTL', '5m'], SETTINGS), { mode: 'auto', ttl: '5m' });
    const both = ['X-Candela-Caching', 'system-only', 'X-Candela-Cache-TTL', '5m'];
    assert.deepEqual(cachingOf(both, SETTINGS), { mode: 'system-only', ttl: '5m' });
  });

  it('is refused with the values that a header knows', () => {
    const refusal = (name: string, value: string): Refusal => {
      let refused: unknown;
      try {
        cachingOf([name, value], SETTINGS);
      } catch (cause) {
        refused = cause;
      }
      assert.ok(refused instanceof Refusal);
      return refused;
    };
    const caching = refusal('x-candela-caching', 'on');
    assert.equal(caching.status, 400);
    assert.equal(caching.type, 'invalid_request_error');
    assert.equal(caching.message, 'X-Candela-Caching: must be one of off, auto, system-only');
    assert.equal(refusal('x-candela-cache-ttl', '').message, 'X-Candela-Cache-TTL: must be one of 5m, 1h');
  });
});

describe('settings of prompt caching', () => {
  it('begin as configured, and change in part', () => {
    const settings = createCachingSettings({ ttl: '1h' });
    assert.deepEqual(settings.get(), { mode: 'off', ttl: '1h' });
    settings.set({ mode: 'auto' });
    assert.deepEqual(settings.get(), { mode: 'auto', ttl: '1h' });
    settings.set({});
    assert.deepEqual(settings.get(), { mode: 'auto', ttl: '1h' });
  });
});
