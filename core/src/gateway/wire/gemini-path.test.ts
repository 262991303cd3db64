import assert from 'node:assert/strict';
import { readGeminiPath, vertexPathOf } from './gemini-path.ts';

describe('Gemini path', () => {
  it('tells version, model and method of both forms', () => {
    const FLASH = { model: 'gemini-2.5-flash', method: 'generateContent' };
    const known = {
      '/v1beta/models/gemini-2.5-flash:generateContent': { version: 'v1beta', ...FLASH },
      '/v1/models/gemini-2.5-flash:generateContent': { version: 'v1', ...FLASH },
      '/v1alpha/models/gemini-2.5-flash:generateContent': { version: 'v1alpha', ...FLASH },
      '/v1beta/models/gemini-2.5-flash%3AgenerateContent': { version: 'v1beta', ...FLASH },
      '/v1/projects/p/locations/l-1/publishers/google/models/gemini-2.5-flash:generateContent': {
        version: 'v1',
        ...FLASH,
      },
      '/v1/projects/example.com:p/locations/global/publishers/google/models/gemini-2.5-flash:generateContent':
        {
          version: 'v1',
          ...FLASH,
        },
      '/v1beta1/publishers/google/models/gemini-2.0-flash@001:countTokens': {
        ...{ version: 'v1beta1', model: 'gemini-2.0-flash@001', method: 'countTokens' },
      },
    };
    for (const [path, expected] of Object.entries(known))
      assert.deepEqual(readGeminiPath(path), expected, path);
  });

  it('reads nothing into a path that could mean two things', () => {
    const unknown = [
      '/v1beta/models/gemini-2.5-flash',
      '/v1beta/models/gemini-2.5-flash:',
      '/v1beta/models/:generateContent',
      '/v1beta/models/..:generateContent',
      '/v1beta/models/gemini-2.5-flash:generateContent/',
      '/v1beta/models/gemini-2.5-flash:generateContent:countTokens',
      '/v1beta/models/gemini-2.5-flash:countTokens%2F..%2Fgemini-2.5-pro:generateContent',
      '/v1beta/models/a%2Fb:generateContent',
      '/v1beta/models/a%252Fb:generateContent',
      '/v1beta/models/a%253AgenerateContent',
      '/v1beta/models/a%23:generateContent',
      '/v1beta/models/a%00:generateContent',
      '/v1beta/models/%:generateContent',
      '/v1beta/models/a/../b:generateContent',
      '/v1beta/models/a:generate%0AContent',
      '/v1beta//models/a:generateContent',
      'v1beta/models/a:generateContent',
      '/v2/models/a:generateContent',
      '/v1beta/tunedModels/a:generateContent',
      '/v1/projects/p/locations/l/publishers/anthropic/models/a:generateContent',
      '/v1/projects/p%2Fx/locations/l/publishers/google/models/a:generateContent',
      '/v1/projects/p/locations/l/endpoints/1:generateContent',
    ];
    for (const path of unknown) assert.equal(readGeminiPath(path), undefined, path);
  });

  it('is written for Vertex AI with the project and place given', () => {
    const place = { projectId: 'p', region: 'global' };
    const vertexPath = (path: string): string | undefined => {
      const call = readGeminiPath(path);
      return call && vertexPathOf(call, place);
    };
    const base = '/projects/p/locations/global/publishers/google/models/m:countTokens';
    assert.equal(vertexPath('/v1/models/m:countTokens'), `/v1${base}`);
    assert.equal(vertexPath('/v1beta/models/m:countTokens'), `/v1beta1${base}`);
    assert.equal(
      vertexPath('/v1/projects/x/locations/y/publishers/google/models/m:countTokens'),
      `/v1${base}`,
    );
  });
});
