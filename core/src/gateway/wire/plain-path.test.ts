import assert from 'node:assert/strict';
import { plainPath } from './plain-path.ts';

describe('a plain path', () => {
  it('is the same for all spellings that lead to one place', () => {
    for (const path of [
      ...['/v1/files/f/content', '/v1/files/f/content/', '//v1/files//f/content', '/v1/./files/f/content'],
      ...[
        '/v1/models/../files/f/content',
        '/v1/files/f/%63ontent',
        '/v1/files%2Ff/content',
        '\\v1\\files/f/content',
      ],
    ]) {
      assert.equal(plainPath(path), '/v1/files/f/content', path);
    }
  });

  it('takes what is no escape as it stands, and goes no higher than the root', () => {
    assert.equal(plainPath('/v1/%zz/100%'), '/v1/%zz/100%');
    assert.equal(plainPath('/../../v1'), '/v1');
    assert.equal(plainPath('/'), '');
  });
});
