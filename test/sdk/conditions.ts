import type { ExchangeEnd } from '../fakes/provider/start.ts';
import type { ApiCall } from './api-calls.ts';
import type { ExchangeEnding, RawRequest } from './exchange.ts';

/** What a condition looks at in a call. */
type AskedForm = Pick<ApiCall, 'streamed'>;

/** A circumstance under which the two ways to a provider are compared. */
export interface Condition {
  name: string;
  /** What the prompt tells the fake provider; see its directives. */
  directive: (call: AskedForm) => string;
  /** When the client hangs up, if it does. */
  hangUp?: (call: AskedForm) => Partial<RawRequest>;
  acceptEncoding?: string;
  /** How the client sees the answer end. */
  ending: ExchangeEnding;
  /** How the provider sees it end. */
  upstreamEnd: ExchangeEnd;
}

/** Streams are stopped between events, so that a gateway which rewrites events has passed on all that came. */
const STOP_AFTER_EVENTS = 3;
const STOP_AFTER_BYTES = 8;

/** Where an answer is stopped, in the words of the fake's directives. */
export function stopPoint(call: AskedForm): string {
  return call.streamed ? `after_events=${STOP_AFTER_EVENTS}` : `after=${STOP_AFTER_BYTES}`;
}

function hangUpAtStop(call: AskedForm): Partial<RawRequest> {
  return call.streamed ? { hangUpAfterEvents: STOP_AFTER_EVENTS } : { hangUpAfterBytes: STOP_AFTER_BYTES };
}

const WHOLE = { ending: 'complete', upstreamEnd: 'answered' } as const;
const BROKEN = { ending: 'broken', upstreamEnd: 'cut_by_fake' } as const;

/** Under each of these, answer and ending must be the same both ways. */
export const CONDITIONS: readonly Condition[] = [
  { name: 'plain', directive: () => '', ...WHOLE },
  { name: 'trickled', directive: () => '[fault trickle bytes=2]', ...WHOLE },
  { name: 'split inside characters and events', directive: () => '[fault split]', ...WHOLE },
  {
    name: 'stalled until the client gives up',
    directive: (call) => `[fault stall ${stopPoint(call)}]`,
    hangUp: hangUpAtStop,
    ending: 'hung_up',
    upstreamEnd: 'client_gone',
  },
  { name: 'cut in the middle', directive: (call) => `[fault cut ${stopPoint(call)}]`, ...BROKEN },
  { name: 'rate limited', directive: () => '[fault status code=429 retry_after=2]', ...WHOLE },
  { name: 'half a body', directive: (call) => `[fault half ${stopPoint(call)}]`, ...BROKEN },
  { name: 'compressed', directive: () => '[fault gzip]', acceptEncoding: 'gzip', ...WHOLE },
  { name: 'with repeated headers', directive: () => '[fault duplicate_headers] [fault chunked]', ...WHOLE },
];
