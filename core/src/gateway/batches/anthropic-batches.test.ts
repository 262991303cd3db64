import assert from 'node:assert/strict';
import { anthropicBatches } from './anthropic-batches.ts';

describe('Anthropic’s batches', () => {
  it('have their requests in the body', () => {
    const made = anthropicBatches.creationOf({ requests: [{ custom_id: 'a', params: { model: 'm' } }] });
    assert.deepEqual(made, { requests: [{ operation: 'chat', path: '/v1/messages', body: { model: 'm' } }] });
    for (const requests of [undefined, {}, 'x', [{}], [7], [{ params: [] }]]) {
      assert.throws(() => anthropicBatches.creationOf({ requests }), { type: 'invalid_request_error' });
    }
  });

  it('are in vain once they have ended and nothing succeeded', () => {
    const batch = (processing_status: string, succeeded: unknown) =>
      anthropicBatches.statusesIn({
        ...{ type: 'message_batch', id: 'm', processing_status },
        request_counts: { succeeded },
      });
    const status = (isInVain: boolean) => [{ batchId: 'm', resultsId: 'm', isInVain }];
    assert.deepEqual(batch('in_progress', 0), status(false));
    assert.deepEqual(batch('ended', 1), status(false));
    assert.deepEqual(batch('ended', undefined), status(false));
    assert.deepEqual(batch('ended', 0), status(true));
    assert.deepEqual(anthropicBatches.statusesIn({ type: 'message', id: 'm' }), []);
    assert.deepEqual(
      anthropicBatches.statusesIn({ data: [{ type: 'message_batch', id: 'm' }, null] }),
      status(false),
    );
  });

  it('lead to their results by way of whoever asked, and change in nothing else', () => {
    const answer = (url: string): string =>
      `{"id":"m_1",\n "results_url" : "${url}", "note":"see https://api.anthropic.com/v1/messages/batches/m_1/results"}`;
    const path = '/v1/messages/batches/m_1/results';
    const redirect = (text: string): string | undefined => anthropicBatches.redirect?.(text);
    assert.equal(redirect(answer(`https://api.anthropic.com${path}`)), answer(path));
    assert.equal(redirect(answer(`http://127.0.0.1:9/base${path}`)), answer(path));
    for (const other of ['https://api.anthropic.com/elsewhere', path]) {
      assert.equal(redirect(answer(other)), answer(other));
    }
    const both = `[${answer(`https://a${path}`)},${answer(`https://b${path}`)}]`;
    assert.equal(redirect(both), `[${answer(path)},${answer(path)}]`);
  });

  it('have results that are told from other lines, and from those that cost nothing', () => {
    const result = (type: string) =>
      anthropicBatches.resultOf({ custom_id: 'a', result: { type, message: { id: 1 } } });
    assert.deepEqual(result('succeeded')?.answer, { id: 1 });
    for (const type of ['errored', 'canceled', 'expired'])
      assert.deepEqual(result(type), { answer: undefined });
    for (const line of [{}, { custom_id: 'a' }, { result: { type: 'succeeded' } }]) {
      assert.equal(anthropicBatches.resultOf(line), undefined);
    }
  });
});
