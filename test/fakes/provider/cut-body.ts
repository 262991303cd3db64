import { type Fault, faultOf } from './fault.ts';

/** The pieces a body leaves in, under the faults that cut it; without such a fault, its parts as they are. */
export function cutBody(parts: Buffer[], faults: Fault[]): Buffer[] {
  const trickle = faultOf(faults, 'trickle');
  const split = faultOf(faults, 'split');
  if (trickle === undefined && split === undefined) return parts;
  const body = Buffer.concat(parts);
  if (trickle !== undefined) return cutAt(body, multiplesOf(trickle.bytes, body.length));
  if (split?.every !== undefined) return cutAt(body, multiplesOf(split.every, body.length));
  return cutAt(body, split?.at ?? awkwardOffsets(body));
}

/** Offsets inside each multi-byte character, and between the two line feeds that end an event. */
function awkwardOffsets(body: Buffer): number[] {
  const offsets: number[] = [];
  for (let offset = 1; offset < body.length; offset++) {
    const continuesCharacter = ((body[offset] ?? 0) & 0xc0) === 0x80;
    const insideBlankLine = body[offset] === 0x0a && body[offset - 1] === 0x0a;
    if (continuesCharacter || insideBlankLine) offsets.push(offset);
  }
  return offsets;
}

function cutAt(body: Buffer, offsets: number[]): Buffer[] {
  const inside = offsets.filter((offset) => offset > 0 && offset < body.length).toSorted((a, b) => a - b);
  return [0, ...inside].map((start, index) => body.subarray(start, inside[index] ?? body.length));
}

function multiplesOf(step: number, end: number): number[] {
  return Array.from(
    { length: Math.max(0, Math.ceil(end / Math.max(1, step)) - 1) },
    (_, index) => (index + 1) * step,
  );
}
