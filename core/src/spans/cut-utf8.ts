/** The beginning of a text, at most so many bytes of UTF-8, cut between two characters. */
export function cutUtf8(text: string, maxBytes: number): string {
  // A UTF-16 unit takes three bytes at most, and most texts are short.
  if (text.length * 3 <= maxBytes) return text;
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const bytes = Buffer.from(text);
  let end = maxBytes;
  while (end > 0 && isContinuation(bytes[end])) end--;
  return bytes.toString('utf8', 0, end);
}

/** RFC 3629: every byte of a character but its first is `10xxxxxx`. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
