import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { crossSiteReason } from './loopback-guard.ts';

const reason = (headers: Readonly<Record<string, string>>): string | undefined =>
  crossSiteReason({ headers } as unknown as IncomingMessage);

describe('loopback guard', () => {
  it('answers to this machine’s names for itself', () => {
    for (const host of [
      'localhost',
      'LocalHost:8181',
      '127.0.0.1',
      '127.0.0.1:1',
      '127.8.9.10:65535',
      '[::1]',
      '[::1]:1234',
    ]) {
      assert.equal(reason({ host }), undefined, host);
    }
    assert.equal(reason({ ':authority': '127.0.0.1:8181' }), undefined);
  });

  it('answers to no other name: that is how a web site reaches it by DNS', () => {
    const others = [
      '',
      'evil.example',
      'evil.example:8181',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '127.0.0.1.nip.io:8181',
      'localhost:8181.evil.example',
      'localhost:',
      'localhost:123456',
      'user@localhost',
      '127.0.0.1:8181@evil.example',
      '127.1',
      '0.0.0.0',
      '[::ffff:127.0.0.1]',
      '2130706433',
      ' localhost',
      'localhost\n',
    ];
    for (const host of others) assert.match(reason({ host }) ?? '', /localhost and 127\.0\.0\.1 only/, host);
    assert.notEqual(reason({}), undefined);
  });

  it('answers to pages of this machine and of editors, and to what is no page', () => {
    for (const origin of [
      'http://localhost:3000',
      'https://127.0.0.1',
      'http://[::1]:8181',
      'vscode-webview://0abc',
      'vscode-file://vscode-app',
    ]) {
      assert.equal(reason({ host: 'localhost', origin }), undefined, origin);
    }
    assert.equal(reason({ host: 'localhost' }), undefined);
  });

  it('answers to no page of another site', () => {
    const others = [
      'null',
      '',
      'https://evil.example',
      'http://localhost.evil.example',
      'http://localhost@evil.example',
      'http://evil.example/http://localhost',
      'http://evil.example#localhost',
      'file://',
      'chrome-extension://abc',
      'vscode-webview.evil.example',
      'https://vscode-webview://x',
      'http://127.0.0.1:8181, https://evil.example',
    ];
    for (const origin of others)
      assert.match(reason({ host: 'localhost', origin }) ?? '', /other sites/, origin);
  });
});
