/** The parts of a `multipart/form-data` body by name, as text. Source: RFC 7578 */
export function multipartFields(contentType: string, body: string): Map<string, string> {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1] ?? '';
  const fields = new Map<string, string>();
  for (const part of body.split(`--${boundary}`).slice(1, -1)) {
    const headEnd = part.indexOf('\r\n\r\n');
    const name = /name="([^"]*)"/.exec(part.slice(0, headEnd))?.[1];
    if (name !== undefined) fields.set(name, part.slice(headEnd + 4, -2));
  }
  return fields;
}
