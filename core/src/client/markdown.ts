const MAX_SHOWN_CHARS = 200;

/**
 * Text of unknown origin (a grant's reason, a model's name, a server's message) for a Markdown table cell:
 * it reads as typed and can be nothing else. All ASCII punctuation is escaped, which CommonMark allows and
 * which undoes links, autolinks, HTML, table bars and `$(icons)`; line breaks, control characters and
 * direction marks become spaces; what is too long is cut.
 */
export function escapeMarkdown(text: string): string {
  const oneLine = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  const chars = Array.from(oneLine);
  const shown = chars.length > MAX_SHOWN_CHARS ? `${chars.slice(0, MAX_SHOWN_CHARS).join('')}…` : oneLine;
  return shown.replace(/[!-/:-@[-`{-~]/g, String.raw`\$&`);
}

/** A two-column table without a visible head. Cells are Markdown: escape what is not ours. */
export function markdownTable(rows: readonly (readonly [label: string, value: string])[]): string {
  return ['| | |', '|:--|--:|', ...rows.map(([label, value]) => `| ${label} | ${value} |`)].join('\n');
}
