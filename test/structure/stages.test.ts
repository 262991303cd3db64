import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';
import { STAGES } from '../stages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A folder of tests once stood beside the stages and was in none of them, so that nobody ran it. */
describe('the stages of npm test', () => {
  it('run every test file there is, each once', () => {
    const files = execFileSync(
      'git',
      ['ls-files', '--cached', '--others', '--exclude-standard', '*.test.ts'],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );
    const stagesOf = (file: string): readonly string[] =>
      STAGES.filter(({ specs }) => specs?.some((spec) => matchesGlob(file, spec))).map(({ name }) => name);
    const tests = files.split('\n').filter((file) => file !== '');
    assert.ok(tests.length > 100, 'the test files are found');
    assert.deepEqual(
      tests.map((file) => [file, stagesOf(file)] as const).filter(([, stages]) => stages.length !== 1),
      [],
    );
  });
});
