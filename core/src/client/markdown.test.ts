import assert from 'node:assert/strict';
import { escapeMarkdown } from './markdown.ts';
import { DEFAULT_STATUS_SETTINGS } from './status/status-input.ts';
import { statusModel } from './status/status-model.ts';

const HOSTILE = [
  '[click me](command:workbench.action.terminal.new)',
  '<a href="command:candela.refresh">x</a> <img src=x onerror=alert(1)>',
  'https://evil.example/ www.evil.example me@evil.example',
  '$(flame) `code` **bold** _it_ ~~no~~ | cell | \\| \\',
  'line\nbreak\r\n\u2028| a | b |\u0007\u202E',
];

/** Every character that could start something in Markdown has an odd number of backslashes before it. */
function isInert(markdown: string): boolean {
  const withoutEscapes = markdown.replace(/\\[!-/:-@[-`{-~]/g, '');
  return !/[!-/:-@[-`{-~]/.test(withoutEscapes);
}

describe('escapeMarkdown', () => {
  for (const text of HOSTILE) {
    it(`leaves nothing active in ${JSON.stringify(text)}`, () => {
      const escaped = escapeMarkdown(text);
      assert.ok(isInert(escaped), escaped);
      assert.doesNotMatch(escaped, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    });
  }

  it('keeps what was typed readable', () => {
    assert.equal(escapeMarkdown('a|b').replaceAll('\\', ''), 'a|b');
    assert.equal(escapeMarkdown('größer 漢字 👍'), 'größer 漢字 👍');
  });

  it('cuts what is too long, between characters', () => {
    assert.equal(escapeMarkdown('👍'.repeat(500)), `${'👍'.repeat(200)}…`);
  });
});

describe('a tooltip with hostile text from a server', () => {
  it('stays one table with our rows only', () => {
    const grants = HOSTILE.map((reason) => ({ amountUsd: 1, remainingUsd: 1, reason }));
    const { tooltipMarkdown } = statusModel({
      connection: { state: 'online' },
      lastKnown: {
        figures: { spentUsd: 1, tokens: 1, budget: { limitUsd: 2, remainingUsd: 1 }, grants },
        receivedAtUnixMs: 0,
      },
      settings: DEFAULT_STATUS_SETTINGS,
      nowUnixMs: 0,
    });
    const rows = tooltipMarkdown.split('\n').filter((line) => line.startsWith('|'));
    assert.equal(rows.length, 2 + 5 + HOSTILE.length);
    for (const row of rows) assert.equal(row.replace(/\\./g, '').split('|').length, 4, row);
    assert.doesNotMatch(tooltipMarkdown, /(?<!\\)(?:\]|<)/);
  });

  it('escapes the reason of an outage', () => {
    const { tooltipMarkdown } = statusModel({
      connection: { state: 'offline', reason: '[x](command:y)', sinceUnixMs: 0 },
      settings: DEFAULT_STATUS_SETTINGS,
      nowUnixMs: 0,
    });
    assert.doesNotMatch(tooltipMarkdown, /\[x\]\(/);
  });
});
