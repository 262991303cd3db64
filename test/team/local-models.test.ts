import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import OpenAI from 'openai';
import { collect } from '../fakes/collect.ts';
import { CLIENT_ID } from '../fakes/google-oauth/behaviour.ts';
import { startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { freePort } from '../harness/free-port.ts';
import { clientsAt } from '../server/team-call.ts';
import { startTeam, type Team } from './rig.ts';

/** The runtime of this machine and the team's server both have `gpt-4o`; only the server has `gpt-5`. */
describe('models of this machine, in team mode', () => {
  let team: Team;
  let runtime: FakeProvider;

  before(async () => {
    team = await startTeam();
    runtime = await startFakeProvider({ openaiKeys: null });
  });
  afterEach(async () => {
    await team.clear();
    await runtime.reset();
    await team.provider.reset();
  });
  after(async () => {
    await runtime.stop();
    await team.stop();
  });

  const withRuntime = (remote: string): Promise<TestDaemon> =>
    team.daemon(remote, { config: { local_upstream: `${runtime.url}/v1` } });
  const clientAt = (daemon: TestDaemon): OpenAI =>
    new OpenAI({ apiKey: 'sk-of-the-client', baseURL: `${daemon.url}/v1`, maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'Hi [usage in=1000 out=50]' }];
  const spansIn = (home: string): readonly Record<string, unknown>[] => {
    const db = new DatabaseSync(join(home, 'traces.db'), { readOnly: true });
    try {
      return db.prepare('SELECT gen_ai_model, gen_ai_provider, gen_ai_cost_usd FROM spans').all();
    } finally {
      db.close();
    }
  };

  it("are listed with the server's, and win over one of the same name", async () => {
    const daemon = await withRuntime(team.server.url);
    const models = await collect(clientAt(daemon).models.list());
    const owners = (id: string): string[] => models.filter((one) => one.id === id).map((one) => one.owned_by);
    assert.deepEqual([owners('gpt-4o'), owners('gpt-5')], [['local'], ['openai']]);
    const lmStudio = (await (await fetch(`${daemon.lmStudioUrl}/api/v0/models`)).json()) as {
      data: { id: string; type: string }[];
    };
    assert.deepEqual(
      lmStudio.data.map(({ id }) => id),
      models.map(({ id }) => id),
    );
  });

  it('are called here, for nothing, and leave their span here and no spend at the server', async () => {
    const daemon = await withRuntime(team.server.url);
    const { users } = clientsAt(daemon.url);
    const spent = (await users.getMyBudget({})).budget?.spentUsd;
    const answer = await clientAt(daemon).chat.completions.create({ model: 'gpt-4o', messages });
    assert.equal(answer.usage?.prompt_tokens, 1000);
    const call = (await runtime.requests()).find(({ method }) => method === 'POST');
    assert.equal(call?.path, '/v1/chat/completions');
    assert.equal(call?.headers['authorization'], undefined, 'a key of the client is for somebody else');
    assert.deepEqual(await team.provider.requests(), []);
    assert.equal((await users.getMyBudget({})).budget?.spentUsd, spent);
    await daemon.stop();
    assert.deepEqual(
      spansIn(daemon.home).map((span) => ({ ...span })),
      [{ gen_ai_model: 'gpt-4o', gen_ai_provider: 'local', gen_ai_cost_usd: 0 }],
    );
  });

  it("stream, and those that the runtime has not are the server's", async () => {
    const daemon = await withRuntime(team.server.url);
    const stream = await clientAt(daemon).chat.completions.create({
      model: 'gpt-4o',
      messages,
      stream: true,
    });
    assert.ok((await collect(stream)).length > 1);
    await clientAt(daemon).chat.completions.create({ model: 'gpt-5', messages });
    const asked = async (of: FakeProvider): Promise<unknown[]> =>
      (await of.requests())
        .filter(({ method }) => method === 'POST')
        .map(({ body }) => JSON.parse(body).model);
    assert.deepEqual([await asked(runtime), await asked(team.provider)], [['gpt-4o'], ['gpt-5']]);
  });

  it('are reached under their own prefix, too, and nothing of that prefix is forwarded', async () => {
    const daemon = await withRuntime(`http://127.0.0.1:${await freePort()}`);
    const local = new OpenAI({ apiKey: 'k', baseURL: `${daemon.url}/proxy/local/v1`, maxRetries: 0 });
    await local.chat.completions.create({ model: 'gpt-4o', messages });
    assert.equal((await runtime.requests()).filter(({ method }) => method === 'POST').length, 1);
  });

  it('are all there is while the server does not answer', async () => {
    const daemon = await withRuntime(`http://127.0.0.1:${await freePort()}`);
    const models = await collect(clientAt(daemon).models.list());
    assert.deepEqual(new Set(models.map((one) => one.owned_by)), new Set(['local']));
    await clientAt(daemon).chat.completions.create({ model: 'gpt-4o', messages });
    await assert.rejects(
      clientAt(daemon).chat.completions.create({ model: 'not-a-local-one', messages }),
      (error: unknown) => error instanceof OpenAI.APIError && error.status === 502,
    );
  });

  it('are all there is while nobody has signed in', async () => {
    const daemon = await team.daemon(team.server.url, {
      signedIn: false,
      config: { local_upstream: `${runtime.url}/v1`, audience: CLIENT_ID },
    });
    const models = await collect(clientAt(daemon).models.list());
    assert.deepEqual(new Set(models.map((one) => one.owned_by)), new Set(['local']));
    await clientAt(daemon).chat.completions.create({ model: 'gpt-4o', messages });
  });

  it('leave no traces on a machine that calls none', async () => {
    const daemon = await withRuntime(team.server.url);
    await clientAt(daemon).chat.completions.create({ model: 'gpt-5', messages });
    assert.equal((await readdir(daemon.home)).includes('traces.db'), false);
  });

  it('are refused by name where there is no server to ask', async () => {
    const solo = await startDaemon({ providers: [], config: { local_upstream: `${runtime.url}/v1` } });
    const answer = await fetch(`${solo.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'not-a-local-one', messages }),
    });
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /model not found locally and no remote server configured/);
    await solo.kill();
  });
});
