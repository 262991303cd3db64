import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FakeServer } from '../fakes/fake-server.ts';
import { type GoogleTokenEndpoint, startGoogleTokenEndpoint } from '../fakes/google-token-endpoint.ts';
import { startFakeVertex, VERTEX_PROJECT, VERTEX_REGION } from '../fakes/vertex/vertex.ts';
import { ledgerIn } from '../gateway/rig.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type Exchange, exchange } from './exchange.ts';

/** The token of a client that goes to Google by itself. */
export const DIRECT_TOKEN = 'ya29.direct';

/** A daemon in front of a fake Vertex AI, with credentials of its own. */
export interface VertexRig {
  tokens: GoogleTokenEndpoint;
  vertex: FakeServer;
  daemon: TestDaemon;
  /** Posts to the daemon; answers what came back, and what the ledger has charged for it once nothing is reserved. */
  charged(path: string, body: string): Promise<{ answer: Exchange; ledger: bigint }>;
  stop(): Promise<void>;
}

export async function startVertexRig(providers: readonly string[]): Promise<VertexRig> {
  const folder = await mkdtemp(join(tmpdir(), 'candela-vertex-'));
  const tokens = await startGoogleTokenEndpoint();
  const vertex = await startFakeVertex((token) => token === DIRECT_TOKEN || tokens.isToken(token));
  const daemon = await startDaemon({
    providers: providers.map((name) => ({ name, upstream: vertex.url })),
    budgetDailyUsd: 1000,
    config: { vertex_ai: { project_id: VERTEX_PROJECT, region: VERTEX_REGION } },
    env: { GOOGLE_APPLICATION_CREDENTIALS: await tokens.writeCredentials(folder) },
  });
  return {
    tokens,
    vertex,
    daemon,
    async charged(path, body) {
      const before = ledgerIn(daemon.home).spent;
      const headers = { 'content-type': 'application/json' };
      const answer = await exchange(daemon.url, { method: 'POST', path, headers, body });
      // A broken answer reaches the client before its settlement may be seen from another process.
      await waitUntil({
        what: 'the reservation to end',
        probe: () => ledgerIn(daemon.home).reservations === 0n || undefined,
      });
      return { answer, ledger: ledgerIn(daemon.home).spent - before };
    },
    async stop() {
      await daemon.stop();
      await vertex.stop();
      await tokens.stop();
      await rm(folder, { recursive: true });
    },
  };
}
