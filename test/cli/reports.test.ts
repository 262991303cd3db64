import assert from 'node:assert/strict';
import { labelsHeader } from '@candela/core/client';
import { FAKE_OPENAI_KEY, type FakeProvider, startFakeProvider } from '../fakes/provider/start.ts';
import { staysOnOneDay } from '../harness/one-day.ts';
import { atTerminal, newMachine, type Ended, type Machine } from './candela.ts';

/** What 1000 tokens in and 50 out cost at the list price of `gpt-4o-mini`. */
const CALL_COST_USD = 0.00018;

describe('what the command line shows of a running daemon', () => {
  staysOnOneDay();
  let fake: FakeProvider;
  let machine: Machine;
  before(async () => {
    fake = await startFakeProvider();
    machine = await newMachine({
      providers: [{ name: 'openai', upstream: fake.url }],
      budget: { daily_usd: 5 },
    });
    await machine.candela(['start']);
  });
  after(async () => {
    await machine.close();
    await fake.stop();
  });

  const call = async (labels: Readonly<Record<string, string>> = {}): Promise<string> => {
    const answer = await fetch(`${machine.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', authorization: `Bearer ${FAKE_OPENAI_KEY}` },
        'x-candela-labels': labelsHeader(labels),
      },
      body: JSON.stringify({
        ...{ model: 'gpt-4o-mini', max_tokens: 100 },
        messages: [{ role: 'user', content: 'Hello [usage in=1000 out=50]' }],
      }),
    });
    await answer.text();
    assert.equal(answer.status, 200);
    return answer.headers.get('x-candela-trace-id') ?? '';
  };
  const json = ({ code, out, err }: Ended): unknown => {
    assert.equal(code, 0, err);
    return JSON.parse(out);
  };
  const rpc = async (method: string, request: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${machine.url}/candela.v1.${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    return (await answer.json()) as Record<string, unknown>;
  };

  it('budget: as GetMyBudget says', async () => {
    const { user } = (await rpc('UserService/GetCurrentUser', {})) as { user: { id: string } };
    await rpc('UserService/CreateGrant', {
      ...{ userId: user.id, amountUsd: 2, reason: 'a \u001b[31mred\u001b[0m demo' },
      ...{ startsAt: '2020-01-01T00:00:00Z', expiresAt: '2999-01-01T00:00:00Z' },
    });
    await call();
    const mine = (await rpc('UserService/GetMyBudget', {})) as {
      budget: { spentUsd: number };
      totalRemainingUsd: number;
      periodResetsAt: string;
    };
    const shown = json(await machine.candela(['budget', '--json'])) as Record<string, unknown>;
    assert.equal(shown['spent_usd'], mine.budget.spentUsd);
    assert.equal(shown['total_remaining_usd'], mine.totalRemainingUsd);
    assert.equal(Date.parse(String(shown['resets_at'])), Date.parse(mine.periodResetsAt));
    assert.deepEqual(
      (shown['grants'] as { amount_usd: number }[]).map((grant) => grant.amount_usd),
      [2],
    );

    const { code, out } = await machine.candela(['budget']);
    assert.equal(code, 0);
    assert.match(out, /^Budget +\$0\.\d+ \/ \$5\.00/m);
    assert.match(out, /a red demo/);
    assert.equal(out.includes('\u001b'), false, 'neither our colours nor others’ in what is no terminal');
  });

  it('traces: the newest first, as many as asked for', async () => {
    const ids = [await call(), await call(), await call()];
    const listed = json(await machine.candela(['traces', '--limit', '2', '--json'])) as Record<
      string,
      unknown
    >[];
    assert.deepEqual(
      listed.map((trace) => trace['trace_id']),
      ids.toReversed().slice(0, 2),
    );
    const { started_at: _, duration_ms: __, trace_id: ___, ...first } = listed[0] ?? {};
    assert.deepEqual(first, {
      ...{ model: 'gpt-4o-mini', provider: 'openai', cost_usd: CALL_COST_USD, tokens: 1050, failed: false },
    });
    const { out } = await machine.candela(['traces', '-n', '1']);
    const [titles = '', row = '', ...more] = out.trimEnd().split('\n');
    assert.deepEqual(titles.split(/ {2,}/), ['started', 'model', 'tokens', 'cost', 'took', 'state', 'trace']);
    assert.match(row, /gpt-4o-mini {2,}1,050 {2}\$0\.00018 +\d+\.\d s {2}ok {5}[0-9a-f]{32}$/);
    assert.deepEqual(more, []);
    for (const limit of ['0', '1001', 'x', '-1']) {
      assert.equal((await machine.candela(['traces', '--limit', limit])).code, 2);
    }
  });

  it('annotate: an outcome, a label and a metric of a trace, or of the last one', async () => {
    const [first, last] = [await call(), await call()];
    const by = ['--outcome', 'bad', '--score', '0.25', '--comment', 'too slow'];
    const said = await machine.candela(['annotate', first, ...by]);
    assert.equal(said.code, 0, said.err);
    assert.match(said.out, new RegExp(first));
    const more = json(
      await machine.candela([
        'annotate',
        '--last',
        '--outcome',
        'good',
        '--label',
        'demo',
        '--metric',
        'a b=1.5',
        '--json',
      ]),
    );
    assert.deepEqual(more, [
      { trace_id: last, kind: 'outcome', success: true, score: 1 },
      { trace_id: last, kind: 'label', label: 'demo' },
      { trace_id: last, kind: 'metric', metric_name: 'a b', metric_value: 1.5 },
    ]);
    const kept = async (traceId: string): Promise<Record<string, unknown>[]> =>
      (await rpc('AnnotationService/ListAnnotations', { traceId }))['annotations'] as Record<
        string,
        unknown
      >[];
    const [outcome, ...others] = await kept(first);
    assert.deepEqual(
      [outcome?.['score'], outcome?.['comment'], outcome?.['success'] ?? false, others.length],
      [0.25, 'too slow', false, 0],
    );
    assert.equal((await kept(last)).length, 3);
  });

  it('annotate: says what does not fit, and writes nothing', async () => {
    const trace = await call();
    const wrong = [
      [[], /name one trace/],
      [[trace, '--last', '--label', 'x'], /name one trace/],
      [[trace], /say something of it/],
      [[trace, '--score', '0.5'], /--outcome/],
      [[trace, '--outcome', 'fine'], /good, bad/],
      [[trace, '--outcome', 'good', '--score', '1.5'], /from 0 to 1/],
      [[trace, '--metric', 'x'], /tests_passed=12/],
      [[trace, '--metric', 'x=y', '--label', 'x'], /tests_passed=12/],
      [['--interactive'], /needs a terminal/],
    ] as const;
    for (const [args, says] of wrong) {
      const { code, out, err } = await machine.candela(['annotate', ...args]);
      assert.deepEqual([code, out], [2, ''], args.join(' '));
      assert.match(err, says);
    }
    assert.deepEqual(await rpc('AnnotationService/ListAnnotations', { traceId: trace }), {});
    const unknown = await machine.candela(['annotate', 'f'.repeat(32), '--label', 'x']);
    assert.equal(unknown.code, 1);
    assert.match(unknown.err, /^candela: .+\n$/);
  });

  it('annotate: asks at a terminal for everything', async () => {
    const trace = await call();
    const answers = ['0', '1', 'x', 'm', 'tests passed', 'many', '12', 'after the fix'];
    const shown = await atTerminal(machine, ['annotate', '--interactive'], answers);
    assert.match(shown, /^ +1 {2}gpt-4o-mini/m);
    assert.match(shown, /Which trace\? \[1\][^]*Which trace\? \[1\][^]*Its value\?[^]*Its value\?/);
    const { annotations } = await rpc('AnnotationService/ListAnnotations', { traceId: trace });
    const [metric, ...more] = annotations as Record<string, unknown>[];
    assert.deepEqual(
      [metric?.['metricName'], metric?.['metricValue'], metric?.['comment'], more.length],
      ['tests passed', 12, 'after the fix', 0],
    );
    assert.match(await atTerminal(machine, ['annotate', trace, '-i'], []), /nothing was annotated/);
  });

  it('cost: of the branch that is checked out, of another, and of the repository', async () => {
    const folder = await machine.checkout('shop', 'feature/ü,x');
    const on = (branch: string, repository = 'shop') => ({
      'vcs.repository.name': repository,
      'vcs.ref.head.name': branch,
    });
    await call(on('feature/ü,x'));
    await call(on('feature/ü,x'));
    await call(on('main'));
    await call(on('main', 'other'));
    const row = (calls: number) => ({
      ...{ calls, input_tokens: calls * 1000, output_tokens: calls * 50 },
    });
    const cost = async (...args: string[]): Promise<Record<string, unknown>> =>
      json(await machine.candela(['cost', '--json', ...args], { cwd: folder })) as Record<string, unknown>;
    const { cost_usd: total, models, ...here } = await cost('--branch');
    assert.deepEqual(here, { repository: 'shop', branch: 'feature/ü,x', days: 30, ...row(2) });
    assert.equal(total, 0.00036);
    assert.deepEqual(models, [{ model: 'gpt-4o-mini', provider: 'openai', ...row(2), cost_usd: 0.00036 }]);
    assert.equal((await cost('--branch', 'main'))['calls'], 1);
    assert.equal((await cost())['calls'], 3);
    assert.equal((await cost('--branch', 'main', '--repository', 'other', '--days', '1'))['calls'], 1);
    assert.deepEqual((await cost('--branch', 'none'))['models'], []);

    const { out } = await machine.candela(['cost', '-b'], { cwd: folder });
    assert.match(out, /^repository {2}shop\nbranch {6}feature\/ü,x\ndays {8}30\ncalls {7}2\n/);
    assert.match(out, /^gpt-4o-mini {2}openai {8}2 {2}2,000 {2}100 {2}\$0\.00036$/m);
    for (const args of [['cost', '-b'], ['cost']]) {
      const outside = await machine.candela(args);
      assert.equal(outside.code, 1);
      assert.match(outside.err, /no git repository: go to one, or/);
    }
  });

  it('says that none runs, and what to do, where none does', async () => {
    const other = await newMachine();
    try {
      for (const args of [
        ['budget'],
        ['traces', '--json'],
        ['annotate', '--last', '--label', 'x'],
        ['cost', '-b', 'x'],
      ]) {
        assert.deepEqual(await other.candela(args), {
          ...{ code: 1, signal: null, out: '' },
          err: 'candela: no Candela runs on this machine: start it with `candela start`\n',
        });
      }
    } finally {
      await other.close();
    }
  });
});
