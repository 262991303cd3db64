import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { findChromium } from '../../harness/chromium.ts';
import { obtainCodeServer } from '../code-server.ts';
import { runCommand } from '../command-palette.ts';
import { EXTENSION_ID, NO_AUTO_START, VSIX_PATH } from '../extension-package.ts';
import { startRig } from '../rig.ts';
import { statusBarItem } from '../status-bar.ts';
import { openWorkbench, type VscodeRuntime, type Workbench } from '../workbench.ts';

/**
 * `node test/vscode/measure/main.ts`: what the extension costs its editor. Prints the activation time VS Code itself counts,
 * and the CPU time of an idle extension host with the extension, and without it. Linux only, for it reads /proc.
 */

const ROUNDS = 4;
const IDLE_ROUNDS = 2;
const IDLE_SECONDS = 45;
const SETTLING_MS = 20_000;
/** So that the whole list of extensions is drawn. */
const TALL = { width: 1280, height: 3_000 };
/** `getconf CLK_TCK`; Linux has had 100 on every machine for decades. */
const TICKS_A_SECOND = 100;

const codeServer = await obtainCodeServer();
const chromium = findChromium();
if (!codeServer.available || chromium === undefined) throw new Error('this needs code-server and a Chromium');
const runtime: VscodeRuntime = { codeServer, chromium };
const rig = await startRig({ budgetDailyUsd: 10 });
try {
  const activationsMs: number[] = [];
  const idleMs: Record<'with' | 'without', number[]> = { with: [], without: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const workbench = await open([VSIX_PATH]);
    await statusBarItem(workbench.page, EXTENSION_ID).waitFor({ timeout: 60_000 });
    if (round < IDLE_ROUNDS) idleMs.with.push(await idleCpuMs(workbench));
    activationsMs.push(await activationMs(workbench));
    await workbench.close();
    if (round >= IDLE_ROUNDS) continue;
    const bare = await open([]);
    idleMs.without.push(await idleCpuMs(bare));
    await bare.close();
  }
  print(`activation, as VS Code counts it: ${activationsMs.join(', ')} ms`);
  print(`CPU time of the extension host, idle for ${IDLE_SECONDS} s:`);
  print(`with ${idleMs.with.join(', ')} ms, without ${idleMs.without.join(', ')} ms`);
} finally {
  await rig.close();
}

function open(vsix: readonly string[]): Promise<Workbench> {
  return openWorkbench({ runtime, vsix, env: rig.env, settings: NO_AUTO_START, viewport: TALL });
}

/** Reads it off “Developer: Show Running Extensions”. */
async function activationMs({ page }: Workbench): Promise<number> {
  await runCommand(page, 'Developer: Show Running Extensions');
  const entry = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'Candela' });
  await entry.waitFor({ timeout: 30_000 });
  const [, ms = 'NaN'] = /Activation: (\d+)ms/.exec((await entry.textContent()) ?? '') ?? [];
  return Number(ms);
}

async function idleCpuMs({ server }: Workbench): Promise<number> {
  // What starts with the editor has settled by then.
  await delay(SETTLING_MS);
  const pid = extensionHostOf(server.folder);
  const before = cpuSeconds(pid);
  await delay(IDLE_SECONDS * 1000);
  return Math.round((cpuSeconds(pid) - before) * 1000);
}

/** The process that VS Code calls `extensionHost`, of the server whose data is below `folder`. */
function extensionHostOf(folder: string): number {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((pid) => {
      const read = (file: string) => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, 'utf8');
        } catch {
          // Gone meanwhile, or another user's.
          return '';
        }
      };
      return read('cmdline').includes('--type=extensionHost') && read('environ').includes(folder);
    });
  if (found === undefined) throw new Error('there is no extension host');
  return Number(found);
}

/** User and system time: fields 14 and 15 of /proc/<pid>/stat, of which the second may hold spaces (proc(5)). */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
