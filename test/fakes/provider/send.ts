import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { cutBody } from './cut-body.ts';
import { accepts, encodeBody } from './encode-body.ts';
import { type Fault, type FaultPoint, faultOf } from './fault.ts';
import type { RecordedRequest } from './journal.ts';
import type { HeaderList, Reply } from './reply.ts';

/** Resolves when the test lets held answers go on. */
export type Released = () => Promise<void>;

/** Writes an answer the way its faults say. Resolves when nothing more will be written. */
export async function send(
  response: ServerResponse,
  reply: Reply,
  faults: Fault[],
  entry: RecordedRequest,
  released: Released,
): Promise<void> {
  const sender = new Sender(response, entry);
  const headers = [...reply.headers];
  let parts = reply.parts;
  const encode = faultOf(faults, 'encode');
  if (encode !== undefined && accepts(entry.headers['accept-encoding'] ?? '', encode.encoding)) {
    parts = await encodeBody(parts, encode.encoding);
    headers.push(['Content-Encoding', encode.encoding], ['Vary', 'Accept-Encoding']);
  }
  if (faultOf(faults, 'duplicate_headers') !== undefined) headers.push(...TWICE);
  const half = faultOf(faults, 'half');
  const framed = half !== undefined || !(reply.streamed || faultOf(faults, 'chunked') !== undefined);
  if (framed) headers.push(['Content-Length', String(lengthOf(parts))]);

  await sender.sleep(faultOf(faults, 'slow_first_byte')?.ms);
  const stops = stopsOf(faults, parts);
  if (await sender.stopAt('before_headers', stops, released)) return;
  sender.head(reply.status, headers);
  for (const piece of cutBody(parts, faults)) {
    if (await sender.piece(piece, stops, released)) return;
  }
  if (await sender.stopAt('end', stops, released)) return;
  response.end();
}

const TWICE: HeaderList = [
  ['X-Twice', 'one'],
  ['x-twice', 'two'],
  ['Vary', 'Origin'],
  ['vary', 'Accept-Language'],
];

/** Something that happens at a point of the answer. */
interface Stop {
  at: number | 'before_headers';
  action: 'stall' | 'cut' | 'reset' | 'hold';
}

function stopsOf(faults: Fault[], parts: Buffer[]): Stop[] {
  const stops: Stop[] = [];
  for (const fault of faults) {
    if (fault.kind === 'stall' || fault.kind === 'hold') {
      stops.push({ at: offsetOf(fault.after, parts), action: fault.kind });
    }
    if (fault.kind === 'cut') {
      stops.push({ at: offsetOf(fault.after, parts), action: fault.reset ? 'reset' : 'cut' });
    }
    if (fault.kind === 'half') {
      const at = fault.after === undefined ? Math.floor(lengthOf(parts) / 2) : offsetOf(fault.after, parts);
      stops.push({ at, action: 'cut' });
    }
  }
  return stops;
}

function offsetOf(point: FaultPoint, parts: Buffer[]): number | 'before_headers' {
  return typeof point === 'object' ? lengthOf(parts.slice(0, point.events)) : point;
}

function lengthOf(parts: Buffer[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

class Sender {
  #response: ServerResponse;
  #entry: RecordedRequest;
  #gone: Promise<void>;

  constructor(response: ServerResponse, entry: RecordedRequest) {
    this.#response = response;
    this.#entry = entry;
    this.#gone = new Promise((resolve) => {
      if (response.destroyed) resolve();
      response.once('close', resolve);
    });
  }

  async sleep(ms: number | undefined): Promise<void> {
    if (ms !== undefined) await Promise.race([delay(ms, undefined, { ref: false }), this.#gone]);
  }

  head(status: number, headers: HeaderList): void {
    this.#entry.status = status;
    this.#response.writeHead(status, headers.flat());
    this.#response.flushHeaders();
  }

  /** Sends one piece, stopping inside it where a fault says so. True when the answer is over. */
  async piece(piece: Buffer, stops: Stop[], released: Released): Promise<boolean> {
    let rest = piece;
    while (rest.length > 0) {
      const sent = this.#entry.bodyBytesSent;
      if (await this.stopAt(sent, stops, released)) return true;
      const next = Math.min(...stops.map(({ at }) => (typeof at === 'number' && at > sent ? at : Infinity)));
      const now = rest.subarray(0, next - sent);
      rest = rest.subarray(now.length);
      this.#entry.bodyBytesSent += now.length;
      await Promise.race([this.#write(now), this.#gone]);
      if (this.#response.destroyed) return true;
      // A turn of the event loop between pieces, so that each leaves as its own packet.
      await nextTurn();
    }
    return false;
  }

  /** Does what the faults say for this point; `end` is any point from here on. True when the answer is over. */
  async stopAt(point: Stop['at'] | 'end', stops: Stop[], released: Released): Promise<boolean> {
    const sent = this.#entry.bodyBytesSent;
    const due = stops.filter(({ at }) =>
      point === 'end' ? typeof at === 'number' && at >= sent : at === point,
    );
    for (const stop of due) {
      if (stop.action === 'hold') await Promise.race([released(), this.#gone]);
      else if (stop.action === 'stall') await this.#gone;
      else this.#close(stop.action);
    }
    return this.#response.destroyed;
  }

  #write(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => this.#response.write(bytes, () => resolve()));
  }

  #close(how: 'cut' | 'reset'): void {
    this.#entry.end = 'cut_by_fake';
    if (how === 'reset') this.#response.socket?.resetAndDestroy();
    this.#response.destroy();
  }
}
