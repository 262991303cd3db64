import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../../harness/wait-until.ts';
import type { RecordedRequest } from './journal.ts';
import type { FakeProviderOptions } from './options.ts';
import type { ScriptRule } from './script.ts';

export type { Fault } from './fault.ts';
export type { ExchangeEnd, RecordedRequest } from './journal.ts';
export { FAKE_ANTHROPIC_KEY, FAKE_OPENAI_KEY, type FakeProviderOptions } from './options.ts';
export type { ScriptRule } from './script.ts';

/** A running fake provider, in a process of its own. */
export interface FakeProvider {
  /** Origin without a slash at its end. OpenAI clients want `${url}/v1` as base URL, Anthropic clients `url`. */
  url: string;
  pid: number;
  /** All requests since the start or the last reset, in order of arrival. */
  requests(): Promise<RecordedRequest[]>;
  /** The first request that fits, waiting for it. @throws Error if none comes. */
  waitForRequest(fits: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  /** Replaces the rules that shape answers. Directives in a prompt come on top of them. */
  setScript(rules: ScriptRule[]): Promise<void>;
  /** Lets all answers that wait at a `hold` fault go on. */
  release(): Promise<void>;
  /** Forgets requests and script, and releases what is held. */
  reset(): Promise<void>;
  /** Ends the process and every connection to it. Calling it twice is fine. */
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/**
 * Starts a fake of OpenAI and Anthropic on a free port of 127.0.0.1.
 * @throws Error when the process ends before it is ready; its stderr is passed through.
 */
export async function startFakeProvider(options: FakeProviderOptions = {}): Promise<FakeProvider> {
  const child = spawn(process.execPath, [MAIN, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const firstLine = once(createInterface({ input: child.stdout }), 'line');
  const ready = await Promise.race([firstLine, exited.then(() => undefined)]);
  if (ready === undefined || child.pid === undefined)
    throw new Error('The fake provider ended before it was ready.');
  const { port } = JSON.parse(String(ready[0])) as { port: number };
  const url = `http://127.0.0.1:${port}`;

  const control = async (method: string, name: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${url}/_control/${name}`, init);
    if (!response.ok) throw new Error(`fake provider control ${name}: ${response.status}`);
    return response.json();
  };
  const requests = async (): Promise<RecordedRequest[]> =>
    (await control('GET', 'requests')) as RecordedRequest[];

  return {
    url,
    pid: child.pid,
    requests,
    waitForRequest: (fits) =>
      waitUntil({
        what: 'a fitting request at the fake provider',
        probe: async () => (await requests()).find(fits),
      }),
    setScript: async (rules) => void (await control('PUT', 'script', rules)),
    release: async () => void (await control('POST', 'release')),
    reset: async () => void (await control('POST', 'reset')),
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
