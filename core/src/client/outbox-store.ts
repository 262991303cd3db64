import type { Annotation } from './annotation.ts';

/** An annotation on its way. */
export interface OutboxEntry {
  /** Unique; also what the entry is removed by. */
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
 * at a time, and what a program that died had taken becomes free again.
 */
export interface OutboxStore {
  /** Resolves once the entry would survive a crash. */
  add(entry: OutboxEntry): Promise<void>;
  /** The oldest entry; undefined if there is none, or if it is taken, so that the order is kept. */
  takeOldest(): Promise<TakenEntry | undefined>;
  /** How many wait, taken ones included. */
  count(): Promise<number>;
}
