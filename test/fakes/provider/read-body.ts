import type { IncomingMessage } from 'node:http';

/** The body as UTF-8; not complete when the client went away while sending it. */
export async function readBody(request: IncomingMessage): Promise<{ text: string; complete: boolean }> {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  // An error here only says that the client has gone, which 'close' says as well.
  request.on('error', () => undefined);
  await new Promise<void>((resolve) => request.once('end', resolve).once('close', resolve));
  return { text: Buffer.concat(chunks).toString('utf8'), complete: request.complete };
}
