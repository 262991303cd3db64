import assert from 'node:assert/strict';
import { openAiBatches } from './openai-batches.ts';

const creation = (special: object) =>
  openAiBatches.creationOf({ input_file_id: 'file-1', endpoint: '/v1/chat/completions', ...special });

describe('OpenAI’s batches', () => {
  it('are of an endpoint whose price is known, and of a file', () => {
    const made = creation({});
    assert.equal('contentPath' in made && made.contentPath, '/v1/files/file-1/content');
    for (const endpoint of ['/v1/images/generations', '/v1/moderations', '/v1/messages', '', 7, undefined]) {
      assert.throws(() => creation({ endpoint }), { type: 'pricing_not_configured' });
    }
    for (const input_file_id of ['', '../models', 'a/b', 'a?b', 7, undefined]) {
      assert.throws(() => creation({ input_file_id }), { type: 'invalid_request_error' });
    }
  });

  it('have requests that are what the batch says', () => {
    const made = creation({ endpoint: '/v1/embeddings' });
    assert.ok('requestOf' in made);
    const line = { custom_id: 'a', method: 'POST', url: '/v1/embeddings', body: { model: 'm' } };
    assert.deepEqual(made.requestOf(line), {
      ...{ operation: 'embeddings', path: '/v1/embeddings', body: { model: 'm' } },
    });
    for (const wrong of [
      ...[{ method: 'GET' }, { url: '/v1/chat/completions' }, { body: undefined }, { body: [] }],
      { body: { model: 'm', background: true } },
    ]) {
      assert.throws(() => made.requestOf({ ...line, ...wrong }), { type: 'invalid_request_error' });
    }
  });

  it('say where their results are, and when there are none to come', () => {
    const batch = { object: 'batch', id: 'b' };
    const cases = [
      [
        { status: 'validating', output_file_id: null },
        { batchId: 'b', isInVain: false },
      ],
      [{ status: 'cancelling' }, { batchId: 'b', isInVain: false }],
      [
        { status: 'completed', output_file_id: 'f' },
        { batchId: 'b', resultsId: 'f', isInVain: false },
      ],
      [
        { status: 'cancelled', output_file_id: 'f' },
        { batchId: 'b', resultsId: 'f', isInVain: false },
      ],
      [
        { status: 'completed', output_file_id: null },
        { batchId: 'b', isInVain: true },
      ],
      [{ status: 'failed' }, { batchId: 'b', isInVain: true }],
    ] as const;
    for (const [said, status] of cases) {
      assert.deepEqual(openAiBatches.statusesIn({ ...batch, ...said }), [status]);
      assert.deepEqual(openAiBatches.statusesIn({ object: 'list', data: [{ ...batch, ...said }, 7] }), [
        status,
      ]);
    }
    assert.deepEqual(openAiBatches.statusesIn({ object: 'file', id: 'b' }), []);
  });

  it('have results that are told from other lines, and from failures', () => {
    const result = (response: unknown) => openAiBatches.resultOf({ custom_id: 'a', response, error: null });
    assert.deepEqual(result({ status_code: 200, body: { id: 1 } })?.answer, { id: 1 });
    for (const response of [null, { status_code: 400, body: {} }, { body: {} }, 'x']) {
      assert.deepEqual(result(response), { answer: undefined });
    }
    for (const line of [{}, { custom_id: 'a', method: 'POST', body: {} }, { response: {} }]) {
      assert.equal(openAiBatches.resultOf(line), undefined);
    }
  });
});
