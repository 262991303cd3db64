import assert from 'node:assert/strict';
import type { ConnectionLog } from './connection-log.ts';
import { testContext } from './test-context.ts';

/** Runs last: by then every command, view and provider has been used. */
export function describeConnections(log: ConnectionLog): void {
  describe('the extension host', () => {
    it('has connected to the daemon, to what the tests themselves use, and to nothing else', () => {
      const { daemonUrl, daemonControlUrl, providerUrl } = testContext();
      const [daemon, ...ours] = [daemonUrl, daemonControlUrl, providerUrl].map((url) => new URL(url).host);
      assert.ok(log.targets.has(daemon ?? ''), [...log.targets].join(', '));
      const allowed = new Set([daemon, ...ours]);
      assert.deepEqual(
        [...log.targets].filter((target) => !allowed.has(target)),
        [],
      );
      assert.deepEqual([...log.lookups], []);
      assert.deepEqual([...log.others], []);
    });
  });
}
