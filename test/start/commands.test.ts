import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startDaemon } from '../harness/daemon.ts';
import { freePort } from '../harness/free-port.ts';
import { waitUntil } from '../harness/wait-until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** The commands a stranger types, as they stand in the README, run as they are printed. */
describe('the two commands', () => {
  let home: string;
  let env: NodeJS.ProcessEnv;
  let port: number;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'candela-start-'));
    port = await freePort();
    env = {
      ...process.env,
      HOME: home,
      CANDELA_HOME: join(home, '.candela'),
      CANDELA_CONFIG: '',
      CANDELA_PORT: String(port),
      CANDELA_LM_STUDIO_PORT: String(await freePort()),
    };
  });

  afterEach(async () => {
    for (const child of children.splice(0)) await end(child);
    await rm(home, { recursive: true, force: true });
  });

  it('npm start -- --demo: the calls it prints work, and Ctrl-C leaves nothing running', async () => {
    const daemon = npm(['start', '--', '--demo']);
    const welcome = await said(daemon, 'See the budget');
    const [call, budget] = curlsIn(welcome);

    const answer = JSON.parse(await sh(call)) as { choices: [{ message: { content: string } }] };
    assert.match(answer.choices[0].message.content, /^This is the demo provider of Candela/);
    const mine = JSON.parse(await sh(budget)) as { tokensUsedToday: string };
    assert.ok(Number(mine.tokensUsedToday) > 0);
    const page = await fetch(`http://127.0.0.1:${port}/`);
    assert.match(await page.text(), /<title>Candela<\/title>/);

    assert.deepEqual(
      (await readdir(join(home, '.candela'))).filter((name) => !/-(wal|shm)$/.test(name)).toSorted(),
      ['daemon.json', 'daemon.lock', 'state.db', 'traces.db'],
    );
    await end(daemon);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`));
    assert.deepEqual((await readdir(join(home, '.candela'))).toSorted(), [
      'daemon.lock',
      'state.db',
      'traces.db',
    ]);
  });

  it('the configuration in the README sets the budget it says', async () => {
    const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
    const config = join(home, 'readme.yaml');
    await writeFile(config, yaml);
    const daemon = await startDaemon({ env: { CANDELA_CONFIG: config } });
    try {
      const answer = await fetch(`${daemon.url}/candela.v1.UserService/GetMyBudget`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      const mine = (await answer.json()) as { budget: { limitUsd: number } };
      assert.equal(mine.budget.limitUsd, 5);
    } finally {
      await daemon.stop();
    }
  });

  it('the README names every npm script it shows', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const readme =
      readFileSync(join(root, 'README.md'), 'utf8') + readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
    const shown = [...readme.matchAll(/npm (?:run )?(start|test|server|check|build|bench|format)\b/g)].map(
      ([, name]) => name as string,
    );
    assert.ok(shown.includes('start') && shown.includes('test'));
    for (const name of shown)
      assert.ok(name in scripts, `npm run ${name} is in the README and not in package.json`);
  });

  function npm(args: string[]): ChildProcess {
    // A process group of its own, so that a Ctrl-C reaches npm and the daemon as a terminal would send it.
    const child = spawn('npm', args, { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    return child;
  }

  async function sh(command: string): Promise<string> {
    return (await run('sh', ['-c', `${command} --silent --show-error --fail`], { env })).stdout;
  }
});

/** The two curl commands of the welcome text, each on one line. */
function curlsIn(welcome: string): readonly [call: string, budget: string] {
  const commands = welcome
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('curl '));
  const [call, budget, ...more] = commands;
  assert.ok(call !== undefined && budget !== undefined && more.length === 0, welcome);
  return [call, budget];
}

async function said(child: ChildProcess, text: string): Promise<string> {
  let all = '';
  child.stdout?.on('data', (chunk: Buffer) => (all += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (all += chunk.toString()));
  await waitUntil({
    what: JSON.stringify(text),
    timeoutMs: 90_000,
    probe: () => {
      assert.equal(child.exitCode, null, all);
      const at = all.indexOf(text);
      return (at !== -1 && all.indexOf('\n\n', at) !== -1) || undefined;
    },
    state: () => all,
  });
  return all;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'close');
  process.kill(-child.pid, 'SIGINT');
  await gone;
}
