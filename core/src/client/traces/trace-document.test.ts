import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inlineMarkdown } from './inline-markdown.ts';
import { promptMessages } from './prompt-messages.ts';
import { traceDocument } from './trace-document.ts';
import type { CallDetails, TraceDetails } from './trace-details.ts';

const CALL: CallDetails = {
  model: 'gpt-4o',
  provider: 'openai',
  costUsd: 0.15,
  inputTokens: 20_000,
  outputTokens: 10_000,
  durationMs: 1_240,
  labels: { editor: 'vscode' },
  prompt: JSON.stringify([
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'Good morning' }] },
  ]),
  answer: 'Morning!',
};
const TRACE: TraceDetails = {
  traceId: 'a'.repeat(32),
  startedAtUnixMs: Date.UTC(2026, 10, 21, 14, 2),
  durationMs: 1_240,
  costUsd: 0.15,
  tokens: 30_000,
  calls: [CALL],
  annotations: [
    { kind: 'outcome', success: true, score: 1, comment: 'merged' },
    { kind: 'metric', metricName: 'tests_passed', metricValue: 42, comment: '' },
  ],
};

describe('the document of a trace', () => {
  it('tells the figures, what was said of it, the prompt and the answer', () => {
    assert.equal(
      traceDocument(TRACE, { timeZone: 'UTC' }),
      [
        '# gpt-4o (openai)',
        [
          '- Cost: $0.15',
          '- Tokens: 30,000 (20,000 in, 10,000 out)',
          '- Time: 2026-11-21 14:02, took 1.2 s',
          '- Marked: good: merged',
          '- Metric: tests_passed = 42',
          '- editor: vscode',
          `- Trace: \`${'a'.repeat(32)}\``,
        ].join('\n'),
        '## Prompt',
        '### system',
        '```text\nBe brief.\n```',
        '### user',
        '```text\nGood morning\n```',
        '## Answer',
        '```text\nMorning!\n```\n',
      ].join('\n\n'),
    );
  });

  it('says of a failed call why, and of content that was not kept that it was not', () => {
    const call = { ...CALL, prompt: '', answer: '', failure: 'upstream *said* no' };
    const document = traceDocument({ ...TRACE, calls: [call] });
    assert.match(document, /The call failed: upstream \\\*said\\\* no/);
    assert.match(document, /Prompt and answer were not kept\./);
  });

  it('numbers the calls of a trace with several, and stops at fifty', () => {
    const document = traceDocument({ ...TRACE, calls: Array.from({ length: 60 }, () => CALL) });
    assert.match(document, /^# 60 calls in one trace\n/);
    assert.match(document, /\n## 50\. gpt-4o \(openai\)\n/);
    assert.doesNotMatch(document, /## 51\./);
    assert.match(document, /And 10 more, which are not shown\./);
  });

  it('has a fence around content that the content cannot close', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom('`', '``', '```', '\n', '~~~', 'x', '<script>'))
          .map((parts) => parts.join('')),
        (answer) => {
          fc.pre(answer !== '');
          const [, tail = ''] = traceDocument({ ...TRACE, calls: [{ ...CALL, answer }] }).split(
            '## Answer\n\n',
          );
          const fence = /^`+/.exec(tail)?.[0] ?? '';
          assert.equal(tail, `${fence}text\n${answer}\n${fence}\n`);
          assert.ok(!answer.includes(fence));
        },
      ),
    );
  });
});

describe('inlineMarkdown', () => {
  it('leaves names readable', () => {
    for (const name of ['gpt-4o', 'claude-opus-4.7 (anthropic)', 'snake_case_name', 'a/b#c', '50 %!'])
      assert.equal(inlineMarkdown(name), name);
  });

  it('disarms what would be active', () => {
    assert.equal(inlineMarkdown('[x](http://e.vil)'), String.raw`\[x\](http\://e.vil)`);
    assert.equal(inlineMarkdown('<img src=x>'), String.raw`\<img src=x\>`);
    assert.equal(inlineMarkdown('_em_ **b** `c`'), String.raw`\_em\_ \*\*b\*\* \`c\``);
    assert.equal(inlineMarkdown('a\n# b\u202e'), 'a # b');
  });
});

describe('promptMessages', () => {
  it('reads the chats of OpenAI, Anthropic and Gemini', () => {
    const said = [{ role: 'user', text: 'Hi' }];
    assert.deepEqual(promptMessages('[{"role":"user","content":"Hi"}]'), said);
    assert.deepEqual(promptMessages('[{"role":"user","content":[{"type":"text","text":"Hi"}]}]'), said);
    assert.deepEqual(promptMessages('[{"role":"user","parts":[{"text":"Hi"}]}]'), said);
  });

  it('shows calls of tools and names pictures by their length', () => {
    const url = `data:image/png;base64,${'A'.repeat(1000)}`;
    const prompt = [
      { role: 'assistant', content: null, tool_calls: [{ function: { name: 'ls' } }] },
      { role: 'user', content: [{ type: 'image_url', image_url: { url } }] },
    ];
    const [call, picture] = promptMessages(JSON.stringify(prompt));
    assert.match(call?.text ?? '', /"name": "ls"/);
    assert.match(picture?.text ?? '', /\(1022 characters\)/);
  });

  it('passes on what is no chat, or only half of one, as it is', () => {
    for (const prompt of ['Say hello', '[{"role":"user","cont', '["a"]', '[1]'])
      assert.deepEqual(promptMessages(prompt), [{ role: '', text: prompt }]);
    assert.deepEqual(promptMessages(''), []);
  });
});
