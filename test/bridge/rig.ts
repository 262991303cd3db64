import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { AnnotationService } from '@candela/proto/v1/annotation_service';
import { TraceService } from '@candela/proto/v1/trace_service';
import { UserService } from '@candela/proto/v1/user_service';
import { startFakeProvider } from '../fakes/provider/start.ts';
import { CANDELA } from './bridge-process.ts';
import { freePort } from '../harness/free-port.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';

/** A daemon before a fake provider, and a look behind it, for the bridges to be compared with. */
export interface Rig {
  /** Kills the daemon. */
  kill(): Promise<void>;
  readonly url: string;
  /** Finds this daemon and no other. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes one call that costs this much, to a nano-dollar; `labels` as the header has them. */
  spend(amountUsd: number, labels?: string): Promise<void>;
  /** What the ledger says, in US dollars. */
  spentUsd(): Promise<number>;
  /** Newest first. */
  traceIds(): Promise<readonly string[]>;
  annotationsOf(traceId: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Takes the daemon away for as long as `meanwhile` lasts; it comes back with what it had, at the same address. */
  restart(meanwhile: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

const MODEL = 'gpt-4o-mini';
const INPUT_USD_PER_TOKEN = 0.15e-6;

export async function startRig(budgetDailyUsd: number): Promise<Rig> {
  const provider = await startFakeProvider({ openaiKeys: null });
  const home = await mkdtemp(join(tmpdir(), 'candela-bridge-rig-'));
  const port = await freePort();
  const start = (): Promise<TestDaemon> =>
    startDaemon({
      providers: [{ name: 'openai', upstream: provider.url }],
      budgetDailyUsd,
      home,
      port,
      script: CANDELA,
    });
  let daemon = await start().catch(async (cause: unknown) => {
    await provider.stop();
    throw cause;
  });
  const { url } = daemon;
  const transport = createConnectTransport({ baseUrl: url, httpVersion: '1.1' });
  const users = createClient(UserService, transport);
  const traces = createClient(TraceService, transport);
  const annotations = createClient(AnnotationService, transport);
  return {
    url,
    kill: () => daemon.kill(),
    async restart(meanwhile) {
      await daemon.stop();
      await meanwhile();
      daemon = await start();
    },
    env: { HOME: home, CANDELA_HOME: home, CANDELA_PORT: String(port), CANDELA_LM_STUDIO_PORT: '0' },
    async spend(amountUsd, labels) {
      // Rather a token more than less, because shares are rounded down.
      const tokens = Math.ceil(amountUsd / INPUT_USD_PER_TOKEN - 1e-6);
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: 'Bearer sk-test',
          ...(labels !== undefined && { 'x-candela-labels': labels }),
        },
        body: JSON.stringify({
          model: MODEL,
          max_tokens: 5,
          messages: [{ role: 'user', content: `Hi [usage in=${tokens} out=0]` }],
        }),
      });
      if (!response.ok) throw new Error(`the call was refused: ${await response.text()}`);
      await response.text();
    },
    async spentUsd() {
      return (await users.getMyBudget({})).budget?.spentUsd ?? 0;
    },
    async traceIds() {
      const request = { orderBy: 'start_time', descending: true, pagination: { pageSize: 50 } };
      return (await traces.listTraces(request)).traces.map(({ traceId }) => traceId);
    },
    async annotationsOf(traceId) {
      const { annotations: found } = await annotations.listAnnotations({ traceId });
      return found.map((annotation) => ({ ...annotation }));
    },
    async close() {
      await daemon.stop();
      await provider.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
