import assert from 'node:assert/strict';
import { Refusal } from '../errors.ts';
import type { LlmRequest, OutgoingCall } from './provider.ts';
import { countsTokens, readRawPredict, toCountTokens, toRawPredict } from './vertex-claude.ts';

const VERTEX_AI = { projectId: 'our-project', region: 'europe-west1' };
const MODELS = '/projects/p/locations/l/publishers/anthropic/models';
const OURS = '/v1/projects/our-project/locations/europe-west1/publishers/anthropic/models';

function sent(path: string, body: string, model: string): OutgoingCall {
  const outgoing: OutgoingCall = {
    path,
    headers: ['Anthropic-Version', '2023-06-01', 'X-Api-Key', 'k', 'anthropic-beta', 'b'],
    body: Buffer.from(body),
  };
  const json = JSON.parse(body) as LlmRequest['json'];
  const isStream = readRawPredict(path)?.isStream ?? json['stream'] === true;
  toRawPredict({ path, model, body: outgoing.body, json, isStream }, outgoing, VERTEX_AI);
  return outgoing;
}

describe('Claude on Vertex AI', () => {
  it('is asked by a path with the model in it, and a body with a version and no model', () => {
    const { path, headers, body } = sent(
      '/v1/messages',
      '{"model":"claude-opus-4-1-20250805","a":[1 , 2]}',
      'claude-opus-4-1-20250805',
    );
    assert.equal(path, `${OURS}/claude-opus-4-1@20250805:rawPredict`);
    assert.equal(body.toString(), '{"anthropic_version":"vertex-2023-10-16","a":[1 , 2]}');
    assert.deepEqual(headers, ['anthropic-beta', 'b']);
  });

  it('is asked for a stream by another path', () => {
    const { path } = sent('/v1/messages', '{"stream":true,"model":"claude-opus-4-6"}', 'claude-opus-4-6');
    assert.equal(path, `${OURS}/claude-opus-4-6:streamRawPredict`);
  });

  it('gets its version in place of another one', () => {
    const { body } = sent('/v1/messages', '{"anthropic_version":"2023-06-01","model":"m"}', 'm');
    assert.equal(body.toString(), '{"anthropic_version":"vertex-2023-10-16"}');
  });

  it('gets the body of a call in its own form as it came, if that says a version', () => {
    const text = '{"anthropic_version":"2023-06-01", "model":"left alone"}';
    const asked = sent(`/v1${MODELS}/claude-opus-4-6:rawPredict`, text, 'claude-opus-4-6');
    assert.equal(asked.body.toString(), text);
    assert.equal(asked.path, `${OURS}/claude-opus-4-6:rawPredict`);
    const unversioned = sent(`${MODELS}/claude-opus-4-6:rawPredict`, '{"a":1}', 'claude-opus-4-6');
    assert.equal(unversioned.body.toString(), '{"anthropic_version":"vertex-2023-10-16","a":1}');
  });

  it('gets no model that would lead out of its place in the path', () => {
    const model = '../../x?y#z:predict';
    const { path } = sent('/v1/messages', JSON.stringify({ model }), model);
    assert.equal(path, `${OURS}/..%2F..%2Fx%3Fy%23z%3Apredict:rawPredict`);
  });

  it('is not asked with two models, or by a path and a body that do not agree', () => {
    assert.throws(() => sent('/v1/messages', '{"model":"a","model":"b"}', 'b'), Refusal);
    assert.throws(() => sent(`${MODELS}/m:rawPredict`, '{"stream":true}', 'm'), Refusal);
    assert.throws(() => sent(`${MODELS}/m:streamRawPredict`, '{}', 'm'), Refusal);
  });

  it('reads model and stream out of a path in its own form', () => {
    assert.deepEqual(readRawPredict(`/v1${MODELS}/claude-opus-4-1%4020250805:streamRawPredict`), {
      model: 'claude-opus-4-1@20250805',
      isStream: true,
    });
    assert.deepEqual(readRawPredict(`${MODELS}/%zz:rawPredict`), { model: '%zz', isStream: false });
    for (const path of [
      '/v1/messages',
      `/v1${MODELS}/m:predict`,
      `/v1${MODELS}/m`,
      `/v1${MODELS}/a/b:rawPredict`,
      `/v2${MODELS}/m:rawPredict`,
      `/v1${MODELS.replace('anthropic', 'google')}/m:rawPredict`,
    ]) {
      assert.equal(readRawPredict(path), undefined, path);
    }
  });

  it('counts tokens where the model stays in the body', () => {
    for (const path of ['/v1/messages/count_tokens', `/v1${MODELS}/count-tokens:rawPredict`]) {
      assert.ok(countsTokens(path), path);
      const body = Buffer.from('{"model":"claude-opus-4-1","messages":[]}');
      const outgoing: OutgoingCall = { path: `${path}?beta=true`, headers: [], body };
      toCountTokens(outgoing, VERTEX_AI);
      assert.equal(outgoing.path, `${OURS}/count-tokens:rawPredict`);
      assert.equal(
        outgoing.body.toString(),
        '{"anthropic_version":"vertex-2023-10-16","model":"claude-opus-4-1@20250805","messages":[]}',
      );
    }
    assert.equal(countsTokens(`/v1${MODELS}/claude-opus-4-6:rawPredict`), false);
  });

  it('counts no tokens of what is no request', () => {
    for (const text of ['', '[]', '{']) {
      const outgoing: OutgoingCall = {
        path: '/v1/messages/count_tokens',
        headers: [],
        body: Buffer.from(text),
      };
      assert.throws(() => toCountTokens(outgoing, VERTEX_AI), Refusal, text);
    }
  });
});
