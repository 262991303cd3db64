import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isProcessAlive } from '../../core/src/client/node/process-liveness.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type BridgeProcess, CANDELA, JETBRAINS_BRIDGE, spawnBridge, ZED_BRIDGE } from './bridge-process.ts';
import { Editor } from './editor.ts';
import { type Rig, startRig } from './rig.ts';

const execFileAsync = promisify(execFile);

interface Answer {
  readonly id?: number | null;
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

const frame = (message: object) => {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};
const line = (message: object) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;
const initialize = (id: number, processId: number | null = null) => ({
  id,
  method: 'initialize',
  params: { processId, rootUri: null, capabilities: {} },
});
const recentTraces = (id: number) => ({ id, method: 'candela/recentTraces', params: {} });

/** What may come down the pipe of a bridge, and what becomes of it. */
describe('a bridge that is treated badly', () => {
  let rig: Rig;
  const processes: BridgeProcess[] = [];
  const start = (script: string, ...args: readonly string[]) => {
    const bridge = spawnBridge(script, args, rig.env);
    processes.push(bridge);
    const read: { text: string } = { text: '' };
    bridge.child.stdout.setEncoding('utf8').on('data', (text: string) => (read.text += text));
    const answers = () =>
      read.text
        .split(/Content-Length: \d+\r\n\r\n|\n/)
        .filter((text) => text !== '')
        .map((text) => JSON.parse(text) as Answer);
    return {
      ...bridge,
      answers,
      /** Writes, and waits until the pipe has taken it. */
      async write(bytes: string | Buffer) {
        if (!bridge.child.stdin.write(bytes)) await once(bridge.child.stdin, 'drain');
      },
      answer: (id: number | null) =>
        waitUntil({
          what: `the answer to ${id}`,
          timeoutMs: 100_000,
          probe: () => answers().find((answer) => answer.id === id),
          state: () => `${read.text.slice(-500)}; stderr: ${bridge.stderr()}`,
        }),
    };
  };
  before(async () => {
    rig = await startRig(10);
  });
  after(() => rig.close());
  afterEach(async () => {
    for (const bridge of processes.splice(0)) await bridge.end();
  });

  it('answers a frame that is not JSON, ignores noise, and goes on after either', async () => {
    const bridge = start(JETBRAINS_BRIDGE);
    await bridge.write('hello?\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await bridge.write(frame(initialize(1)));
    await bridge.write('Content-Length: 9\r\n\r\n{"json":?');
    await bridge.write('Content-Length: nine\r\n\r\n');
    await bridge.write(frame(recentTraces(2)));
    assert.ok((await bridge.answer(1)).result);
    assert.ok((await bridge.answer(2)).result);
    assert.equal((await bridge.answer(null)).error?.code, -32700);
    assert.match(bridge.stderr(), /^candela: what came is not an LSP message; skipping to the next header\n/);
  });

  it('outlives half a header and a message that was cut', async () => {
    const bridge = start(ZED_BRIDGE);
    await bridge.write(`Content-Len${frame(initialize(1))}`);
    await bridge.write(`Content-Length: 5${frame(recentTraces(2))}`);
    await bridge.write(
      `${frame(recentTraces(3)).slice(0, 50)}${frame(recentTraces(4))}${frame(recentTraces(5))}`,
    );
    for (const id of [1, 2, 4, 5]) assert.ok((await bridge.answer(id)).result);
  });

  it('says so when the input ends in half a header, and ends', async () => {
    const bridge = start(JETBRAINS_BRIDGE);
    await bridge.write('Content-Length: 1');
    bridge.child.stdin.end();
    assert.equal(await bridge.exited, 1);
    assert.match(bridge.stderr(), /standard input ended without "exit"/);
  });

  for (const { kind, megabytes, args, wrap, piece } of [
    {
      kind: 'bytes',
      megabytes: 300,
      args: [],
      wrap: frame,
      piece: Buffer.alloc(2 ** 20, 'noise \u0000\r\n\r\n'),
    },
    {
      kind: 'false headers',
      megabytes: 20,
      args: [],
      wrap: frame,
      piece: Buffer.alloc(2 ** 20, 'Content-Length: 1x\r\n\r\n'),
    },
    {
      kind: 'one endless line',
      megabytes: 300,
      args: ['--ndjson'],
      wrap: line,
      piece: Buffer.alloc(2 ** 20, 'noise '),
    },
  ]) {
    it(`takes ${megabytes} MB of ${kind} in bounded memory and a bounded log, and works afterwards`, async () => {
      const bridge = start(JETBRAINS_BRIDGE, ...args);
      await bridge.write(wrap(initialize(1)));
      await bridge.answer(1);
      const beforeBytes = await residentBytes(bridge.child.pid);
      for (let sent = 0; sent < megabytes; sent += 1) await bridge.write(piece);
      await bridge.write(`\n${wrap(recentTraces(2))}`);
      assert.ok((await bridge.answer(2)).result);
      const grownBytes = (await residentBytes(bridge.child.pid)) - beforeBytes;
      // Pieces that were read and not collected yet are in it, too.
      assert.ok(grownBytes < 150 * 2 ** 20, `grew by ${grownBytes} bytes`);
      assert.ok(bridge.stderr().length < 10_000, `wrote ${bridge.stderr().length} bytes to stderr`);
    });
  }

  it('leaves out a message of 100 MB, and reads the next', async () => {
    const bridge = start(ZED_BRIDGE);
    await bridge.write(frame(initialize(1)));
    await bridge.write(`Content-Length: ${100 * 2 ** 20}\r\n\r\n`);
    const piece = Buffer.alloc(2 ** 20, '{"jsonrpc":"2.0"}');
    for (let sent = 0; sent < 100; sent += 1) await bridge.write(piece);
    await bridge.write(frame(recentTraces(2)));
    assert.ok((await bridge.answer(2)).result);
  });

  it('refuses what comes before initialize, a second initialize, and what comes after shutdown', async () => {
    const bridge = start(JETBRAINS_BRIDGE);
    await bridge.write(frame(recentTraces(1)));
    assert.equal((await bridge.answer(1)).error?.code, -32002);
    await bridge.write(frame(initialize(2)) + frame(initialize(3)));
    assert.equal((await bridge.answer(3)).error?.code, -32600);
    await bridge.write(frame({ id: 4, method: 'shutdown' }) + frame({ id: 5, method: 'shutdown' }));
    assert.equal((await bridge.answer(5)).error, undefined);
    await bridge.write(frame(recentTraces(6)));
    assert.equal((await bridge.answer(6)).error?.code, -32600);
    await bridge.write(frame({ method: 'exit' }) + frame({ method: 'exit' }));
    assert.equal(await bridge.exited, 0);
  });

  it('speaks the same protocol one message a line', async () => {
    const bridge = start(CANDELA, 'bridge', '--client', 'jetbrains', '--ndjson');
    await bridge.write(`${line(initialize(1))}\r\n\nno json\n[1]\n${line(recentTraces(2))}`);
    assert.ok((await bridge.answer(1)).result);
    assert.ok((await bridge.answer(2)).result);
    assert.deepEqual(
      bridge.answers().flatMap(({ id, error }) => (id === null ? [error?.code] : [])),
      [-32700, -32600],
    );
    await bridge.write(line({ id: 3, method: 'shutdown' }) + line({ method: 'exit' }));
    assert.equal(await bridge.exited, 0);
  });

  for (const { framing, args, wrap } of [
    { framing: 'LSP', args: [], wrap: frame },
    { framing: 'lines', args: ['--ndjson'], wrap: line },
  ]) {
    it(`ends when nobody reads what it says, in ${framing}`, async () => {
      const bridge = start(JETBRAINS_BRIDGE, ...args);
      await bridge.write(wrap(initialize(1)));
      await bridge.answer(1);
      bridge.child.stdout.destroy();
      for (const id of [2, 3, 4]) bridge.child.stdin.write(wrap(recentTraces(id)));
      assert.equal(await bridge.exited, 1);
      assert.match(bridge.stderr(), /standard output cannot be written: .*EPIPE/);
      assert.doesNotMatch(bridge.stderr(), /\n {4}at /);
      assert.ok(bridge.stderr().split('\n').length < 10, bridge.stderr());
    });
  }

  it('closes twice', async () => {
    const editor = new Editor({ script: JETBRAINS_BRIDGE, env: rig.env });
    await editor.open();
    assert.equal(await editor.close(), 0);
    await editor.dispose();
    await editor.dispose();
  });

  it('leaves no orphan when its editor is killed', async () => {
    // An editor of its own, because killing this process would end the test.
    const code = `
      const { spawn } = require('node:child_process');
      const bridge = spawn(process.execPath, [${JSON.stringify(ZED_BRIDGE)}], { stdio: ['pipe', 'pipe', 'inherit'] });
      bridge.stdin.write(${JSON.stringify(frame(initialize(1)))});
      bridge.stdout.once('data', () => console.log(bridge.pid));
    `;
    const editor = spawn(process.execPath, ['-e', code], {
      env: { ...rig.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await once(editor.stdout, 'data')) as [Buffer];
    const bridgePid = Number(said.toString());
    assert.ok(isProcessAlive(bridgePid));
    editor.kill('SIGKILL');
    await gone(bridgePid);
  });

  it('leaves no orphan when its editor is gone and the pipe is not', async () => {
    const editor = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const bridge = start(JETBRAINS_BRIDGE);
    await bridge.write(frame(initialize(1, editor.pid)));
    await bridge.answer(1);
    editor.kill('SIGKILL');
    await once(editor, 'exit');
    assert.equal(await bridge.exited, 1);
    assert.match(bridge.stderr(), /the editor \(process \d+\) is gone; ending/);
  });

  it('is one file: it runs where there is nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'candela-alone-'));
    await copyFile(ZED_BRIDGE, join(folder, 'bridge.mjs'));
    const bridge = start(join(folder, 'bridge.mjs'));
    await bridge.write(frame(initialize(1)));
    assert.ok((await bridge.answer(1)).result);
    await bridge.end();
    await rm(folder, { recursive: true });
  });

  it('refuses arguments that it does not know', async () => {
    const bridge = start(JETBRAINS_BRIDGE, '--socket=1');
    assert.equal(await bridge.exited, 2);
    assert.match(bridge.stderr(), /--socket/);
  });
});

async function residentBytes(pid: number | undefined): Promise<number> {
  const { stdout } = await execFileAsync('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) * 1024;
}

function gone(pid: number): Promise<true> {
  return waitUntil({
    what: `the end of process ${pid}`,
    probe: () => (isProcessAlive(pid) ? undefined : true),
  });
}
