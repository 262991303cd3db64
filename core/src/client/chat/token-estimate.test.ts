import assert from 'node:assert/strict';
import { estimateMessageTokens, estimateTokens } from './token-estimate.ts';

describe('the estimate of tokens', () => {
  it('counts the UTF-8 bytes of text by 3.5', () => {
    assert.deepEqual(['', 'abcdefg', 'grüße', '今天'].map(estimateTokens), [0, 2, 2, 2]);
  });

  it('counts a message with all it has', () => {
    const parts = [
      { kind: 'text', text: 'abcdefg' },
      { kind: 'toolCall', callId: 'a', name: 'abcdefg', input: { n: 1 } },
      { kind: 'toolResult', callId: 'a', text: 'abcdefg' },
      { kind: 'image', mediaType: 'image/png', base64: 'A'.repeat(1_000_000) },
    ] as const;
    assert.equal(estimateMessageTokens({ role: 'user', parts }), 4 + 2 + (2 + 2) + 2 + 1_000);
  });
});
