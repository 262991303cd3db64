import type { Dispatcher } from 'undici';
import type { Clock } from '../../clock.ts';
import { PatientHandler } from '../patient-handler.ts';
import type { OutgoingCall } from '../providers/provider.ts';
import type { Upstream } from '../upstream.ts';

/** Takes an answer as it comes. What either throws ends the reading, which then rejects with it. */
export interface AnswerSink {
  head(status: number): void;
  data(chunk: Buffer): void;
}

export interface UpstreamReading {
  readonly upstream: Upstream;
  /** The provider's base address. */
  readonly base: URL;
  readonly outgoing: Pick<OutgoingCall, 'path' | 'headers' | 'body'>;
  /** Whether nobody waits for it any more. */
  readonly isAbandoned: () => boolean;
  readonly clock: Clock;
}

/** Has Candela itself `GET` something of a provider. Resolves when all of it was taken; rejects if it breaks off. */
export function readUpstream(reading: UpstreamReading, sink: AnswerSink): Promise<void> {
  const { upstream, base, outgoing, isAbandoned, clock } = reading;
  return new Promise((resolve, reject) => {
    let failure: unknown;
    const guarded = (controller: Dispatcher.DispatchController, take: () => void): void => {
      if (failure !== undefined) return;
      try {
        if (isAbandoned()) throw new Error('the client left');
        take();
      } catch (cause) {
        failure = cause;
        controller.abort(cause as Error);
        reject(cause);
      }
    };
    const send = (handler: Dispatcher.DispatchHandler): void => upstream.send(base, 'GET', outgoing, handler);
    const handler = new PatientHandler(
      {
        onRequestStart: () => undefined,
        onResponseStart(controller, status) {
          if (status >= 200) guarded(controller, () => sink.head(status));
        },
        onResponseData: (controller, chunk) => guarded(controller, () => sink.data(chunk)),
        onResponseEnd: () => resolve(),
        onResponseError: (_controller, cause) => reject((failure as Error | undefined) ?? cause),
      },
      { send, isRepeatable: true, isAbandoned, clock },
    );
    send(handler);
  });
}
