import { type Annotation, parseAnnotation } from './annotation.ts';

/** Of an `OutboxEntry`: travels in a header, and names a file. */
export const ENTRY_ID = /^[\w-]{1,64}$/;

/** An annotation on its way. */
export interface OutboxEntry {
  /** Unique, as `ENTRY_ID`; also the key by which the server knows the annotation again. */
  readonly id: string;
  readonly annotation: Annotation;
  /** Milliseconds since 1970. */
  readonly createdAtUnixMs: number;
}

/** An entry that nobody else can take until it is removed or given back. */
export interface TakenEntry {
  readonly entry: OutboxEntry;
  remove(): Promise<void>;
  giveBack(): Promise<void>;
}

/**
 * Where annotations wait. Several editors (windows) may share one store: each entry is taken by one of them
 * at a time, and what a program that died, or hangs, had taken becomes free again.
 */
export interface OutboxStore {
  /** Resolves once the entry would survive a crash. One whose id waits already is the same entry. */
  add(entry: OutboxEntry): Promise<void>;
  /** The oldest entry; undefined if there is none, or if it is taken, so that the order is kept. */
  takeOldest(): Promise<TakenEntry | undefined>;
  /** How many wait, taken ones included. */
  count(): Promise<number>;
}

/** Reads an entry that was kept as JSON; undefined if it is none. */
export function parseOutboxEntry(text: string): OutboxEntry | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, annotation, createdAtUnixMs } = value as { readonly [Field in keyof OutboxEntry]?: unknown };
  const parsed = parseAnnotation(annotation);
  if (typeof id !== 'string' || !ENTRY_ID.test(id)) return undefined;
  if (typeof createdAtUnixMs !== 'number' || parsed === undefined) return undefined;
  return { id, annotation: parsed, createdAtUnixMs };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no entry either.
    return undefined;
  }
}
