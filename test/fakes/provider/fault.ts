/**
 * A place in the answer: a count of body bytes as they leave (after any content encoding), the end of the nth event
 * of a stream, or before there is a head.
 */
export type FaultPoint = number | { events: number } | 'before_headers';

/** One way for an answer to go wrong, or to be awkward. Several can be given at once. */
export type Fault =
  /** The body leaves in pieces of `bytes` bytes, one a turn of the event loop. */
  | { kind: 'trickle'; bytes: number }
  /** The body is cut every `every` bytes or at the offsets `at`; with neither, inside each multi-byte character and each blank line. */
  | { kind: 'split'; every?: number; at?: number[] }
  /** Nothing more after this point until the client closes the socket. */
  | { kind: 'stall'; after: FaultPoint }
  /** The socket is closed at this point; with `reset`, by RST. */
  | { kind: 'cut'; after: FaultPoint; reset: boolean }
  /** A Content-Length for the whole body, then the body up to `after` (half of it if absent) and FIN. */
  | { kind: 'half'; after?: FaultPoint }
  /** Waits at this point until the test calls `release()`. */
  | { kind: 'hold'; after: FaultPoint }
  /** The provider's own error answer with this status. */
  | { kind: 'status'; code: number; retryAfterSeconds?: number }
  /** A content encoding, used only when the request accepts it. */
  | { kind: 'encode'; encoding: 'gzip' | 'br' }
  /** Waits this long before the head is sent. */
  | { kind: 'slow_first_byte'; ms: number }
  /** Sends some header fields twice, with different values and different case. */
  | { kind: 'duplicate_headers' }
  /** JSON without Content-Length, in chunked framing. */
  | { kind: 'chunked' }
  /** The provider's error event in the stream after this many events, and the stream ends there. */
  | { kind: 'stream_error'; afterEvents: number };

type FaultKind = Fault['kind'];

/** The first fault of one kind. */
export function faultOf<K extends FaultKind>(
  faults: Fault[],
  kind: K,
): Extract<Fault, { kind: K }> | undefined {
  return faults.find((fault): fault is Extract<Fault, { kind: K }> => fault.kind === kind);
}
