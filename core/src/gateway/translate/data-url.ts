/** A `data:` URL with base64 content: https://datatracker.ietf.org/doc/html/rfc2397 */
export interface DataUrl {
  /** In lower case and without parameters: `image/png`. */
  readonly mediaType: string;
  /** Base64. */
  readonly data: string;
}

/** The parts of a base64 `data:` URL; undefined for any other address. */
export function parseDataUrl(url: string): DataUrl | undefined {
  // The head is short; looking only there keeps a wrong URL of megabytes cheap.
  const head = /^data:([\w.+-]+\/[\w.+-]+)(;[^,]*)?;base64,/i.exec(url.slice(0, 200));
  if (head?.[1] === undefined) return undefined;
  return { mediaType: head[1].toLowerCase(), data: url.slice(head[0].length) };
}

export function dataUrl({ mediaType, data }: DataUrl): string {
  return `data:${mediaType};base64,${data}`;
}
