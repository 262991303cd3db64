import assert from 'node:assert/strict';
import { matchesGlob } from 'node:path';
import { STAGES } from '../stages.ts';
import { filesOf } from './repository.ts';

/** A folder of tests once stood beside the stages and was in none of them, so that nobody ran it. */
describe('the stages of npm test', () => {
  it('run every test file there is, each once', () => {
    const tests = filesOf('*.test.ts');
    const stagesOf = (file: string): readonly string[] =>
      STAGES.filter(({ specs }) => specs?.some((spec) => matchesGlob(file, spec))).map(({ name }) => name);
    assert.ok(tests.length > 100, 'the test files are found');
    assert.deepEqual(
      tests.map((file) => [file, stagesOf(file)] as const).filter(([, stages]) => stages.length !== 1),
      [],
    );
  });
});
