import assert from 'node:assert/strict';
import { withModelInPath } from './path-model.ts';

describe('a model in a path', () => {
  for (const [path, from, to, expected] of [
    [
      '/v1beta/models/fast:streamGenerateContent?alt=sse&x=a?b',
      'fast',
      'gemini-2.5-flash',
      '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse&x=a?b',
    ],
    [
      '/model/fast/invoke',
      'fast',
      'us.anthropic.claude-x-v1:0',
      '/model/us.anthropic.claude-x-v1%3A0/invoke',
    ],
    ['/model/a%2Fb%3Ac/invoke', 'a/b:c', 'd', '/model/d/invoke'],
    [
      '/v1/projects/p/locations/l/publishers/anthropic/models/sonnet:rawPredict',
      'sonnet',
      'claude-sonnet-4@20250514',
      '/v1/projects/p/locations/l/publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict',
    ],
    ['/models/models:generateContent', 'models', 'x/../y', '/models/x%2F..%2Fy:generateContent'],
  ] as const) {
    it(`gets another name in ${path}`, () => assert.equal(withModelInPath(path, from, to), expected));
  }

  it('is not there in a path that does not name it', () => {
    for (const path of ['/v1/messages', '/models/fas:x', '/models/fastt', '/models%2Ffast:generateContent']) {
      assert.equal(withModelInPath(path, 'fast', 'x'), undefined);
    }
  });
});
