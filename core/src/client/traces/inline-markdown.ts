const MAX_SHOWN_CHARS = 500;

/**
 * Text of unknown origin for the middle of a line of a Markdown document that people read as text, too: only what
 * would be active there is escaped, so that names look like names. For tables and hovers there is `escapeMarkdown`.
 */
export function inlineMarkdown(text: string): string {
  const oneLine = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  const chars = Array.from(oneLine);
  const shown = chars.length > MAX_SHOWN_CHARS ? `${chars.slice(0, MAX_SHOWN_CHARS).join('')}…` : oneLine;
  return (
    shown
      .replace(/[\\`*<>[\]&|~$]/g, String.raw`\$&`)
      // Between letters an underscore starts nothing (CommonMark, "Emphasis and strong emphasis").
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\_`)
      .replaceAll('://', String.raw`\://`)
  );
}
