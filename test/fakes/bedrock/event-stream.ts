import { crc32 } from 'node:zlib';

const TEXT = 7;

/**
 * One message of an event stream, written byte by byte after AWS's description.
 * https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream
 */
export function eventMessage(headers: Readonly<Record<string, string>>, body: string): Buffer {
  const fields = Object.entries(headers).flatMap(([name, value]) => [
    Buffer.from([Buffer.byteLength(name)]),
    Buffer.from(name),
    Buffer.from([TEXT]),
    uint16(Buffer.byteLength(value)),
    Buffer.from(value),
  ]);
  const head = Buffer.concat(fields);
  const lengths = Buffer.concat([uint32(16 + head.length + Buffer.byteLength(body)), uint32(head.length)]);
  const unsealed = Buffer.concat([lengths, uint32(crc32(lengths)), head, Buffer.from(body)]);
  return Buffer.concat([unsealed, uint32(crc32(unsealed))]);
}

/** A piece of a model's answer. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_PayloadPart.html */
export function chunkMessage(json: string): Buffer {
  const headers = { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' };
  // Bedrock pads, so that the length of a message does not tell the length of a word.
  const payload = {
    bytes: Buffer.from(json).toString('base64'),
    p: 'abcdefghijklmnop'.slice(0, json.length % 16),
  };
  return eventMessage(headers, JSON.stringify(payload));
}

export function exceptionMessage(type: string, message: string): Buffer {
  const headers = {
    ':exception-type': type,
    ':content-type': 'application/json',
    ':message-type': 'exception',
  };
  return eventMessage(headers, JSON.stringify({ message }));
}

/** The same message with a bit of its body turned over on the way. */
export function damaged(message: Buffer): Buffer {
  const copy = Buffer.from(message);
  const at = copy.length - 8;
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
