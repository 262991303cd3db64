import assert from 'node:assert/strict';
import { anLlmSpan, aSpan, nano } from '../../storage/contract-suites/span-fixture.ts';
import type { SpanRecord } from '../span-record.ts';
import { otlpFromRecords } from './from-record.ts';
import { readJsonTraces } from './json-reader.ts';
import { writeJsonTraces } from './json-writer.ts';
import type { OtlpResourceSpans } from './otlp-span.ts';
import { readProtobufTraces } from './protobuf-reader.ts';
import { writeProtobufTraces } from './protobuf-writer.ts';
import { recordsFromOtlp } from './to-record.ts';

const ENCODINGS: Readonly<Record<string, (groups: readonly OtlpResourceSpans[]) => OtlpResourceSpans[]>> = {
  protobuf: (groups) => readProtobufTraces(writeProtobufTraces(groups, '1.0.0')),
  JSON: (groups) => readJsonTraces(writeJsonTraces(groups, '1.0.0')),
};

/** With the attributes that the gateway gives its spans. */
const LLM_SPAN = anLlmSpan(
  {
    parentSpanId: 'b7ad6b7169203331',
    ...{ name: 'chat gpt-4o "x" \u2028 😀', status: 'error', statusMessage: 'upstream: 500' },
    durationNs: 1_234_567_891,
    ...{ projectId: 'p', environment: 'production', serviceName: 'candela', userId: 'ada', sessionId: 's-1' },
    ...{ tenantId: 't', jobId: 'j', traceGroup: 'g' },
    labels: { team: 'a', __proto__x: 'b' },
    attributes: [
      { key: 'gen_ai.operation.name', value: 'chat' },
      { key: 'gen_ai.provider.name', value: 'gcp.vertex_ai' },
      { key: 'gen_ai.request.model', value: 'gpt-4o' },
      { key: 'gen_ai.response.model', value: 'gpt-4o-2024-08-06' },
      { key: 'gen_ai.usage.input_tokens', value: 10n },
      { key: 'gen_ai.usage.output_tokens', value: 20n },
      { key: 'gen_ai.usage.cache_read.input_tokens', value: 3n },
      { key: 'gen_ai.usage.cache_creation.input_tokens', value: 4n },
      { key: 'gen_ai.request.temperature', value: 0.2 },
      { key: 'gen_ai.request.top_p', value: 1 },
      { key: 'gen_ai.request.max_tokens', value: 100 },
      { key: 'gen_ai.request.stream', value: true },
      { key: 'candela.cost_usd', value: 0.000123456 },
      { key: 'candela.empty', value: '' },
      { key: 'candela.least', value: -(2n ** 63n) },
      { key: 'candela.no_number', value: NaN },
      { key: 'candela.endless', value: -Infinity },
      { key: 'candela.off', value: false },
    ],
  },
  {
    ...{ model: 'gpt-4o-2024-08-06', provider: 'openai' },
    ...{ inputTokens: 10, outputTokens: 20, cacheReadTokens: 3, cacheCreationTokens: 4 },
    costNanoUsd: nano(123_456n),
    ...{ temperature: 0.2, topP: 1, maxTokens: 100 },
    ...{ inputContent: 'a prompt', outputContent: 'an answer\0' },
  },
);

const RECORDS: Readonly<Record<string, SpanRecord>> = {
  'a call of a model': LLM_SPAN,
  'a call of a tool': aSpan({ userId: 'ada' }),
  'a span of which nothing is known': aSpan({
    userId: 'ada',
    kind: 'unspecified',
    status: 'unspecified',
    name: '',
  }),
  'a general one': aSpan({ userId: 'ada', kind: 'general' }),
};

describe('a span by OTLP', () => {
  for (const [encoding, thereAndBack] of Object.entries(ENCODINGS)) {
    for (const [what, record] of Object.entries(RECORDS)) {
      it(`comes back as it was: ${what}, in ${encoding}`, () => {
        const groups = thereAndBack(otlpFromRecords([record]));
        assert.deepEqual(
          groups.flatMap((group) => recordsFromOtlp(group, (claimed) => claimed)),
          [record],
        );
      });
    }

    it(`keeps the spans of several services apart, in ${encoding}`, () => {
      const records = ['a', 'b', 'a'].map((serviceName) => aSpan({ serviceName }));
      const groups = thereAndBack(otlpFromRecords(records));
      assert.deepEqual(
        groups.map(({ spans }) => spans.length),
        [2, 1],
      );
      assert.deepEqual(
        groups.flatMap((group) => recordsFromOtlp(group, () => '')).map(({ serviceName }) => serviceName),
        ['a', 'a', 'b'],
      );
    });
  }

  it('tells tokens and cost of a call that has them in columns only', () => {
    const record = anLlmSpan({}, { inputTokens: 7, costNanoUsd: nano(5_000n) });
    const [group] = otlpFromRecords([record]);
    assert.ok(group);
    const [back] = recordsFromOtlp(group, () => '');
    assert.deepEqual(back?.genAi, record.genAi);
  });

  it('belongs to whom the server says, whatever the sender claims', () => {
    const [group] = otlpFromRecords([aSpan({ userId: 'mallory' })]);
    assert.ok(group);
    const [back] = recordsFromOtlp(group, () => 'ada');
    assert.equal(back?.userId, 'ada');
    assert.deepEqual(back?.attributes, [{ key: 'user.id', value: 'mallory' }]);
  });
});
