import { once } from 'node:events';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';

/** Compresses the parts so that each can be decoded as soon as it has arrived. Same parts, same bytes. */
export async function encodeBody(parts: Buffer[], encoding: 'gzip' | 'br'): Promise<Buffer[]> {
  const encoder = encoding === 'gzip' ? createGzip() : createBrotliCompress();
  const flushKind = encoding === 'gzip' ? constants.Z_SYNC_FLUSH : constants.BROTLI_OPERATION_FLUSH;
  let pending: Buffer[] = [];
  encoder.on('data', (chunk: Buffer) => pending.push(chunk));
  const encoded: Buffer[] = [];
  for (const part of parts) {
    encoder.write(part);
    await new Promise<void>((resolve) => encoder.flush(flushKind, resolve));
    encoded.push(Buffer.concat(pending));
    pending = [];
  }
  encoder.end();
  await once(encoder, 'end');
  return [...encoded, Buffer.concat(pending)].filter((chunk) => chunk.length > 0);
}

/** Whether an Accept-Encoding field allows an encoding. Source: RFC 9110, section 12.5.3 (weight 0 forbids). */
export function accepts(acceptEncoding: string, encoding: string): boolean {
  return acceptEncoding.split(',').some((item) => {
    const [name, ...parameters] = item.split(';').map((word) => word.trim().toLowerCase());
    const forbidden = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return (name === encoding || name === '*') && !forbidden;
  });
}
