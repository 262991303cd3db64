import assert from 'node:assert/strict';
import { Code, ConnectError, createClient, type Client } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { RuntimeService } from '@candela/proto/v1/runtime_service';
import {
  fakeBinaries,
  fakeRuntimeAt,
  type FakeRuntime,
  type FakeRuntimeName,
} from '../fakes/runtime/start.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { freePort } from '../harness/free-port.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** A download as `GET /_local/api/pulls` has it. */
export interface PullLine {
  readonly model: string;
  readonly backend: string;
  readonly state: string;
  readonly percent: number;
  readonly completed_bytes: number;
  readonly total_bytes: number;
  readonly error?: string;
}

/** A daemon on whose `PATH` fake runtimes are, and nothing else runs. */
export interface RuntimeRig {
  readonly daemon: TestDaemon;
  readonly client: Client<typeof RuntimeService>;
  /** The runtime that the daemon is to start, where it will be. */
  readonly runtime: Omit<FakeRuntime, 'stop'>;
  /** Asks the management API; the answer's status and body. */
  api(method: 'GET' | 'POST', path: string, body?: object): Promise<{ status: number; body: Body }>;
  /** The download of a model, once it is as wanted. */
  pullOf(model: string, isWanted: (pull: PullLine) => boolean): Promise<PullLine>;
  close(): Promise<void>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever was answered
export type Body = any;

export interface RigOptions {
  readonly backend: FakeRuntimeName;
  /** Where it is; default: nowhere yet. */
  readonly upstream?: string;
  readonly installed?: readonly FakeRuntimeName[];
  /** Of the fake programs. */
  readonly env?: Readonly<Record<string, string>>;
  readonly home?: string;
  readonly remote?: string;
  /** Adds the provider `demo`. */
  readonly demo?: boolean;
}

export async function startRig(options: RigOptions): Promise<RuntimeRig> {
  const binaries = await fakeBinaries(options.installed ?? [options.backend], options.env);
  const upstream = options.upstream ?? `http://127.0.0.1:${await freePort()}`;
  const daemon = await startDaemon({
    config: { runtime_backend: options.backend, local_upstream: `${upstream}/v1` },
    env: { PATH: binaries.folder },
    demo: options.demo ?? false,
    ...(options.home !== undefined && { home: options.home }),
    ...(options.remote !== undefined && { remote: options.remote }),
  });
  const transport = createConnectTransport({ baseUrl: daemon.url, httpVersion: '1.1' });
  const api: RuntimeRig['api'] = async (method, path, body) => {
    const answer = await fetch(`${daemon.url}/_local/api/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
    });
    return { status: answer.status, body: (await answer.json()) as Body };
  };
  return {
    daemon,
    client: createClient(RuntimeService, transport),
    runtime: fakeRuntimeAt(upstream),
    api,
    pullOf: (model, isWanted) =>
      waitUntil({
        what: `the download of ${model}`,
        probe: async () => {
          const { body } = await api('GET', 'pulls');
          return (body.pulls as PullLine[]).find((pull) => pull.model === model && isWanted(pull));
        },
        state: async () => JSON.stringify((await api('GET', 'pulls')).body),
      }),
    async close() {
      await daemon.stop();
      await binaries.remove();
    },
  };
}

/** Asserts that a call is refused with this code and message. */
export async function refused(call: Promise<unknown>, code: Code, message: RegExp): Promise<void> {
  await assert.rejects(call, (cause) => {
    assert.ok(cause instanceof ConnectError);
    assert.equal(Code[cause.code], Code[code], cause.message);
    assert.match(cause.rawMessage, message);
    return true;
  });
}
