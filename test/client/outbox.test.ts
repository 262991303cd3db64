import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { AnnotationService } from '@candela/proto/v1/annotation_service';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { freePort } from '../harness/free-port.ts';
import { waitUntil } from '../harness/wait-until.ts';
import type { AnnotatingWindowOptions } from './annotating-window.ts';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';

const WINDOW = fileURLToPath(new URL('annotating-window.ts', import.meta.url));
const COUNT = 99;
/** So many that a window never gets there before it is killed, however late that is. */
const WITHOUT_END = Number.MAX_SAFE_INTEGER;

interface Window {
  readonly process: ChildProcess;
  /** The last label it said it kept; one less than its first if none. */
  kept(): number;
  /** What went wrong in it. */
  errors(): string;
}

describe('annotations made offline', () => {
  let home: string;
  let port: number;
  let daemon: TestDaemon | undefined;
  let proxy: CuttingProxy | undefined;
  let traceId: string;
  let windows: Window[];

  const online = async () => {
    daemon = await startDaemon({ demo: true, home, port });
  };
  const offline = async () => {
    await daemon?.stop();
    daemon = undefined;
  };
  const openWindow = (from: number, to: number, configuredUrl = ''): Window => {
    const options: AnnotatingWindowOptions = { home, configuredUrl, traceId, from, to };
    const child = spawn(process.execPath, [WINDOW, JSON.stringify(options)], { stdio: 'pipe' });
    let said = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const window = {
      process: child,
      kept: () => Number([...said.matchAll(/^kept (\d+)\n/gm)].at(-1)?.[1] ?? from - 1),
      errors: () => errors,
    };
    windows.push(window);
    return window;
  };
  const untilKept = (window: Window, number: number) =>
    waitUntil({
      what: `label ${number} to be kept`,
      probe: () => (window.kept() >= number ? true : undefined),
      state: () => `kept ${window.kept()}; ${window.errors()}`,
    });
  const kill = async ({ process: child }: Window) => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const stored = async () => {
    const transport = createConnectTransport({ baseUrl: daemon?.url ?? '', httpVersion: '1.1' });
    const { annotations } = await createClient(AnnotationService, transport).listAnnotations({ traceId });
    return annotations.map(({ label }) => label);
  };
  const waitingFiles = async () => {
    const all = await readdir(join(home, 'outbox'), { recursive: true });
    return all.filter((name) => /\.json(\.taken-.*)?$/.test(name));
  };
  const untilAllSent = () =>
    waitUntil({
      what: 'the outbox to be empty',
      probe: async () => ((await waitingFiles()).length === 0 ? true : undefined),
      state: async () => `${(await waitingFiles()).length} wait, ${(await stored()).length} are stored`,
    });
  const labels = (count: number) => Array.from({ length: count }, (_, index) => `n-${index + 1}`).toSorted();

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'candela-annotations-'));
    port = await freePort();
    windows = [];
    await online();
    const answer = await fetch(`${daemon?.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'demo-1', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }),
    });
    assert.equal(answer.status, 200);
    traceId = answer.headers.get('x-candela-trace-id') ?? assert.fail('a call has a trace');
    await answer.text();
    await offline();
  });
  afterEach(async () => {
    for (const { process: child } of windows) {
      if (child.exitCode === null && child.signalCode === null) {
        child.stdin?.end();
        await once(child, 'exit');
      }
    }
    await offline();
    await proxy?.close();
    proxy = undefined;
    await rm(home, { recursive: true });
  });

  it('are each stored once, though their window was killed twice while they were made', async () => {
    let made = 0;
    for (const _time of [1, 2]) {
      const window = openWindow(made + 1, WITHOUT_END);
      await untilKept(window, made + COUNT / 3);
      await kill(window);
      made = window.kept();
    }
    const all = made + COUNT / 3;
    const last = openWindow(made + 1, all);
    await untilKept(last, all);

    // Online again, with three windows that send at once, one of which is killed at it.
    const [other, victim] = [openWindow(1, 0), openWindow(1, 0)];
    await online();
    await waitUntil({
      what: 'the first to be sent',
      probe: async () => ((await stored()).length > 0 ? true : undefined),
    });
    await kill(victim);
    await untilAllSent();
    assert.deepEqual((await stored()).toSorted(), labels(all));
    assert.deepEqual([last.errors(), other.errors()], ['', '']);
  });

  it('are each stored once, though every second answer got lost', async () => {
    proxy = await startCuttingProxy(
      () => daemon?.url ?? 'http://127.0.0.1:1',
      (path, nth) => path.endsWith('/AddLabel') && nth % 2 === 1,
    );
    const window = openWindow(1, COUNT, proxy.url);
    await untilKept(window, COUNT);
    await online();
    await untilAllSent();
    assert.deepEqual((await stored()).toSorted(), labels(COUNT));
    assert.ok(proxy.lostCount >= COUNT, `${proxy.lostCount} answers were lost`);
    assert.equal(window.errors(), '');
  });
});
