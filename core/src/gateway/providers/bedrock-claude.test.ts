import assert from 'node:assert/strict';
import { Refusal } from '../errors.ts';
import { readInvoke, toInvoke } from './bedrock-claude.ts';
import { BedrockToSse } from './bedrock-to-sse.ts';
import type { LlmRequest, OutgoingCall } from './provider.ts';

const MODEL = 'us.anthropic.claude-opus-4-1-20250805-v1:0';
const ESCAPED = 'us.anthropic.claude-opus-4-1-20250805-v1%3A0';

function sent(path: string, body: string, model: string, headers: readonly string[] = []): OutgoingCall {
  const outgoing: OutgoingCall = {
    path: `${path}?beta=true`,
    headers: [...headers],
    body: Buffer.from(body),
  };
  const json = JSON.parse(body) as LlmRequest['json'];
  const isStream = readInvoke(path)?.isStream ?? json['stream'] === true;
  toInvoke({ path, model, body: outgoing.body, json, isStream }, outgoing);
  return outgoing;
}

describe('Claude on Bedrock', () => {
  it('is asked by a path with the model in it, and a body with a version and neither model nor stream', () => {
    const { path, headers, body, rewriter } = sent(
      '/v1/messages',
      `{"model":"${MODEL}","stream":false,"a":[1 , 2]}`,
      MODEL,
      ['anthropic-version', '2023-06-01', 'accept-encoding', 'gzip'],
    );
    assert.equal(path, `/model/${ESCAPED}/invoke`);
    assert.equal(body.toString(), '{"anthropic_version":"bedrock-2023-05-31","a":[1 , 2]}');
    assert.deepEqual(headers, ['accept-encoding', 'gzip']);
    assert.equal(rewriter, undefined);
  });

  it('is asked for a stream that is not compressed, and whose form is changed', () => {
    const { path, headers, rewriter } = sent('/v1/messages', `{"stream":true,"model":"${MODEL}"}`, MODEL, [
      'Accept-Encoding',
      'gzip',
    ]);
    assert.equal(path, `/model/${ESCAPED}/invoke-with-response-stream`);
    assert.deepEqual(headers, ['accept-encoding', 'identity']);
    assert.ok(rewriter instanceof BedrockToSse);
  });

  it('is asked for the inference profile that was named, though the price stands under the model', () => {
    const priced = 'anthropic.claude-opus-4-1-20250805-v1:0';
    const profile = sent('/v1/messages', `{"model":"${MODEL}"}`, priced);
    assert.equal(profile.path, `/model/${ESCAPED}/invoke`);
    const prefix = sent('/v1/messages', '{"model":"claude-opus-4-1"}', priced);
    assert.equal(prefix.path, `/model/${encodeURIComponent(priced)}/invoke`);
  });

  it('is told of betas in the body', () => {
    const beta = ['Anthropic-Beta', 'one,', 'Accept', '*/*', 'anthropic-beta', ' two'];
    const moved = sent('/v1/messages', `{"model":"${MODEL}"}`, MODEL, beta);
    assert.equal(
      moved.body.toString(),
      '{"anthropic_beta":["one","two"],"anthropic_version":"bedrock-2023-05-31"}',
    );
    const own = sent('/v1/messages', `{"model":"${MODEL}","anthropic_beta":["three"]}`, MODEL, beta);
    assert.equal(
      own.body.toString(),
      '{"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["three"]}',
    );
    assert.deepEqual(
      [moved.headers, own.headers],
      [
        ['Accept', '*/*'],
        ['Accept', '*/*'],
      ],
    );
  });

  it('gets a call in its own form as it came', () => {
    for (const method of ['invoke', 'invoke-with-response-stream']) {
      const text = '{"anthropic_version":"bedrock-2023-05-31", "a":1}';
      const asked = sent(`/model/${MODEL}/${method}`, text, MODEL, ['accept-encoding', 'gzip']);
      assert.equal(asked.path, `/model/${MODEL}/${method}`);
      assert.equal(asked.body.toString(), text);
      assert.deepEqual(asked.headers, ['accept-encoding', 'gzip']);
      assert.equal(asked.rewriter, undefined);
    }
  });

  it('reads model and stream out of a path in its own form', () => {
    assert.deepEqual(readInvoke(`/model/${ESCAPED}/invoke`), { model: MODEL, isStream: false });
    const arn = 'arn:aws:bedrock:us-east-1:1:application-inference-profile/x';
    assert.deepEqual(readInvoke(`/model/${encodeURIComponent(arn)}/invoke-with-response-stream`), {
      model: arn,
      isStream: true,
    });
    for (const path of ['/v1/messages', `/model/${MODEL}`, `/model/${MODEL}/converse`, `/model/a/b/invoke`]) {
      assert.equal(readInvoke(path), undefined, path);
    }
  });

  it('is not asked with two models, for other models, or at other prices', () => {
    assert.throws(() => sent('/v1/messages', `{"model":"a","model":"${MODEL}"}`, MODEL), Refusal);
    assert.throws(() => sent('/model/amazon.nova-pro-v1:0/invoke', '{}', 'amazon.nova-pro-v1:0'), Refusal);
    const tier = (value: string) => ['X-Amzn-Bedrock-Service-Tier', value];
    assert.throws(() => sent(`/model/${MODEL}/invoke`, '{}', MODEL, tier('flex')), Refusal);
    const twice = [...tier('default'), ...tier('priority')];
    assert.throws(() => sent(`/model/${MODEL}/invoke`, '{}', MODEL, twice), Refusal);
    assert.deepEqual(sent(`/model/${MODEL}/invoke`, '{}', MODEL, tier('default')).headers, tier('default'));
  });
});
