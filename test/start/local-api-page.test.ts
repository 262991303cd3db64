import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { fakeBinaries, type FakeBinaries } from '../fakes/runtime/start.ts';
import { startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { freePort } from '../harness/free-port.ts';
import { chatAt } from '../server/team-call.ts';

const PAGE = readFileSync(new URL('../../docs/local-api.md', import.meta.url), 'utf8');
const run = promisify(execFile);

/** Each command of the page, with the answer that stands below it. */
const EXAMPLES = [...PAGE.matchAll(/```sh\n([^]*?)```\n\n```json\n([^]*?)```/g)].map(
  ([, command = '', answer = '']) => ({ command, answer: JSON.parse(answer) as unknown }),
);

/** What differs from one run to the next. */
const VOLATILE = new Set([
  ...[
    'version',
    'span_id',
    'trace_id',
    'timestamp',
    'duration_ms',
    'uptime_seconds',
    'started_at',
    'binary_path',
  ],
  ...['percent', 'completed_bytes', 'total_bytes'],
]);

const OLLAMA = 'http://127.0.0.1:11434';

describe('docs/local-api.md', () => {
  let fake: FakeProvider;
  let daemon: TestDaemon;
  let runtimes: FakeBinaries;
  let ollama: string;
  before(async () => {
    fake = await startFakeProvider();
    ollama = `http://127.0.0.1:${await freePort()}`;
    runtimes = await fakeBinaries(['ollama'], { FAKE_STUCK: 'all' });
    daemon = await startDaemon({
      providers: [{ name: 'openai', upstream: fake.url }],
      config: { local_upstream: `${ollama}/v1` },
      env: { PATH: runtimes.folder },
    });
    await (await chatAt(daemon.url)).text();
  });
  after(async () => {
    await daemon.stop();
    await fake.stop();
    await runtimes.remove();
  });

  it('shows every command with its answer', () => {
    assert.equal(EXAMPLES.length, PAGE.match(/```sh/g)?.length);
    assert.ok(EXAMPLES.length >= 6);
  });

  for (const { command, answer } of EXAMPLES) {
    it(`${command.replaceAll(/\s+/g, ' ').slice(0, 90)} answers what it says`, async () => {
      const here = command.replace('http://localhost:8181', daemon.url);
      assert.notEqual(here, command);
      const { stdout } = await run('sh', ['-c', `${here.trimEnd()} --silent --show-error --fail`]);
      const answered: unknown = JSON.parse(stdout.replaceAll(ollama, OLLAMA));
      assert.deepEqual(withoutVolatile(answered), withoutVolatile(answer));
    });
  }

  it('names every path that there is', async () => {
    const answer = await fetch(`${daemon.url}/_local/api/nothing`);
    const { error } = (await answer.json()) as { error: string };
    const paths = error.match(/\/_local\/api\/[\w/]+/g) ?? [];
    assert.ok(paths.length >= 4, error);
    for (const path of paths) assert.ok(PAGE.includes(`${path}\``) || PAGE.includes(`${path}?`), path);
  });
});

/** The value with only the type of what is never the same. */
function withoutVolatile(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, one: unknown) => (VOLATILE.has(key) ? typeof one : one));
}
