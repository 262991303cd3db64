import assert from 'node:assert/strict';
import { finishReasonOf, stopReasonOf } from './stop-reasons.ts';

describe('stop reasons', () => {
  it("tells each of Anthropic's as OpenAI would", () => {
    const reasons = {
      end_turn: 'stop',
      stop_sequence: 'stop',
      tool_use: 'tool_calls',
      max_tokens: 'length',
      model_context_window_exceeded: 'length',
      pause_turn: 'length',
      refusal: 'content_filter',
    };
    for (const [theirs, ours] of Object.entries(reasons)) assert.equal(finishReasonOf(theirs), ours);
    for (const unknown of [null, undefined, 'new', 'constructor', 7])
      assert.equal(finishReasonOf(unknown), 'stop');
  });

  it("tells each of OpenAI's as Anthropic would", () => {
    const reasons = {
      stop: 'end_turn',
      length: 'max_tokens',
      tool_calls: 'tool_use',
      function_call: 'tool_use',
      content_filter: 'refusal',
    };
    for (const [theirs, ours] of Object.entries(reasons)) assert.equal(stopReasonOf(theirs, false), ours);
    assert.equal(stopReasonOf(null, false), 'end_turn');
    assert.equal(stopReasonOf('stop', true), 'tool_use');
    assert.equal(stopReasonOf('length', true), 'max_tokens');
  });
});
