import assert from 'node:assert/strict';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  FAKE_ANTHROPIC_KEY,
  FAKE_OPENAI_KEY,
  type FakeProvider,
  startFakeProvider,
} from '../fakes/provider/start.ts';
import { startServer } from '../harness/server.ts';
import { newMachine, untilSaid, type Ended, type Machine } from './candela.ts';

const AGENT = fileURLToPath(new URL('agent.mjs', import.meta.url));
const KEYS = { OPENAI_API_KEY: FAKE_OPENAI_KEY, ANTHROPIC_API_KEY: FAKE_ANTHROPIC_KEY };

interface Said {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

describe('candela wrap', () => {
  let fake: FakeProvider;
  let machine: Machine;
  let folder: string;
  before(async () => {
    fake = await startFakeProvider();
    machine = await newMachine({
      providers: [
        { name: 'openai', upstream: fake.url },
        { name: 'anthropic-direct', upstream: fake.url },
      ],
    });
    folder = await machine.checkout('shop', 'feature/a,b');
  });
  after(async () => {
    await machine.close();
    await fake.stop();
  });
  afterEach(() => fake.reset());

  const wrap = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    machine.candela(['wrap', '--', ...args], { cwd: folder, env: { ...KEYS, ...env } });
  const said = ({ code, out, err }: Ended): Said => {
    assert.equal(code, 0, err);
    return JSON.parse(out) as Said;
  };
  /** A program of this name that is the stand-in. */
  const agentNamed = async (name: string): Promise<string> => {
    const bin = join(machine.home, 'bin');
    await mkdir(bin, { recursive: true });
    const script = join(bin, name);
    await writeFile(script, `#!/bin/sh\nexec '${process.execPath}' '${AGENT}' say "$@"\n`);
    await chmod(script, 0o755);
    return script;
  };
  const spansOf = async (url: string): Promise<{ readonly labels?: object; readonly userId?: string }[]> => {
    const answer = await fetch(`${url}/candela.v1.TraceService/SearchSpans`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    return ((await answer.json()) as { spans?: { labels?: object }[] }).spans ?? [];
  };
  const LABELS = {
    'vcs.repository.name': 'shop',
    'vcs.ref.head.name': 'feature/a,b',
    'gen_ai.agent.name': 'node',
  };

  it('starts the gateway, and labels the calls with repository, branch and program', async () => {
    const { code, out, err } = await wrap([process.execPath, AGENT, 'call']);
    assert.deepEqual([code, out, err], [0, '[200,200]\n', '']);
    const spans = await spansOf(machine.url);
    assert.deepEqual(
      spans.map(({ labels }) => labels),
      [LABELS, LABELS],
    );
    // What is of this machine alone stays here.
    for (const request of await fake.requests()) {
      assert.doesNotMatch(JSON.stringify(request), /shop|feature|with/);
    }
    const cost = await machine.candela(['cost', '--branch', '--json'], { cwd: folder });
    const { calls, models } = JSON.parse(cost.out) as { calls: number; models: { model: string }[] };
    assert.deepEqual([calls, models.length], [2, 2]);
  });

  it('gives the program its arguments as they are, and addresses that its SDKs understand', async () => {
    const args = ['--model', 'x y', '--', '-h', '$HOME', ''];
    const { env, args: given } = said(await wrap([await agentNamed('claude'), ...args]));
    const base = `${machine.url}/with/vcs.repository.name=shop,vcs.ref.head.name=feature%2Fa%252Cb,gen_ai.agent.name=claude`;
    assert.deepEqual(given, args);
    assert.deepEqual(env, {
      ...{ OPENAI_BASE_URL: `${base}/v1`, OPENAI_API_BASE: `${base}/v1` },
      ANTHROPIC_BASE_URL: `${base}/proxy/anthropic-direct`,
      GOOGLE_GEMINI_BASE_URL: `${base}/proxy/google`,
    });
    const { args: first } = said(
      await machine.candela(['wrap', await agentNamed('claude'), '-c', 'x'], { cwd: folder }),
    );
    assert.deepEqual(first, ['-c', 'x'], 'without the two dashes, options are the program’s too');
  });

  it('tells codex and opencode in their own ways', async () => {
    const codex = said(await wrap([await agentNamed('codex'), 'exec', 'hi']));
    const [flag, setting = '', ...rest] = codex.args;
    assert.deepEqual([flag, rest, codex.env['OPENAI_BASE_URL']], ['-c', ['exec', 'hi'], undefined]);
    assert.match(setting, /^openai_base_url="http:\/\/127\.0\.0\.1:\d+\/with\/[^"]+\/v1"$/);
    const openCode = await agentNamed('opencode');
    const { env } = said(await wrap([openCode]));
    const { provider } = JSON.parse(env['OPENCODE_CONFIG_CONTENT'] ?? '') as {
      provider: Record<string, { options: { baseURL: string } }>;
    };
    assert.equal(provider['anthropic']?.options.baseURL, `${env['ANTHROPIC_BASE_URL']}/v1`);
    const own = said(await wrap([openCode], { OPENCODE_CONFIG_CONTENT: '{}' }));
    assert.equal(own.env['OPENCODE_CONFIG_CONTENT'], '{}');
  });

  it('says nothing of the folder where labels are off', async () => {
    const { env } = said(await wrap([process.execPath, AGENT, 'say'], { CANDELA_LABELS: 'off' }));
    assert.equal(env['OPENAI_BASE_URL'], `${machine.url}/v1`);
    const bad = await wrap([process.execPath, AGENT, 'say'], { CANDELA_LABELS: 'no' });
    assert.equal(bad.code, 1);
    assert.match(bad.err, /CANDELA_LABELS: must be on or off/);
  });

  it('ends as the program does', async () => {
    assert.equal((await wrap([process.execPath, AGENT, 'exit', '42'])).code, 42);
    assert.equal((await wrap([process.execPath, AGENT, 'die', 'SIGKILL'])).code, 128 + 9);
    const missing = await wrap(['no-such-agent']);
    assert.equal(missing.code, 127);
    assert.match(missing.err, /no program "no-such-agent"/);
    await writeFile(join(machine.home, 'text'), '');
    assert.equal((await wrap([join(machine.home, 'text')])).code, 126);
    assert.equal((await wrap([])).code, 2);
  });

  it('passes on what tells it to end', async () => {
    const agent = machine.begin(['wrap', process.execPath, AGENT, 'wait'], { cwd: folder });
    await untilSaid(agent, 'waiting');
    process.kill(agent.pid, 'SIGTERM');
    const { code, out } = await agent.ended;
    assert.deepEqual([code, out], [7, '"waiting"\n"told to end"\n']);
  });

  it('labels calls that a team’s server answers', async () => {
    const server = await startServer({
      providers: [
        { name: 'openai', upstream: fake.url },
        { name: 'anthropic-direct', upstream: fake.url },
      ],
      defaultDailyBudgetUsd: 2,
    });
    const team = await newMachine({ remote: server.url });
    try {
      const cwd = await team.checkout('shop', 'feature/a,b');
      const link = join(team.home, 'my-agent');
      await symlink(process.execPath, link);
      const { code, out, err } = await team.candela(['wrap', link, AGENT, 'call'], { cwd, env: KEYS });
      assert.deepEqual([code, out], [0, '[200,200]\n'], err);
      const spans = await spansOf(server.url);
      const labels = { ...LABELS, 'gen_ai.agent.name': 'my-agent' };
      assert.deepEqual(
        spans.map((span) => span.labels),
        [labels, labels],
      );
      const cost = await team.candela(['cost', '--branch', '--json'], { cwd });
      assert.equal((JSON.parse(cost.out) as { calls: number }).calls, 2);
      const status = JSON.parse((await team.candela(['status', '--json'])).out) as {
        mode: string;
        budget: object;
      };
      assert.equal(status.mode, 'team');
      assert.deepEqual(status.budget, JSON.parse((await team.candela(['budget', '--json'])).out));
    } finally {
      await team.close();
      await server.stop();
    }
  });
});
