import type { IncomingMessage, ServerResponse } from 'node:http';
import { systemClock } from '../clock.ts';
import { isGatewayPath } from '../gateway/route.ts';
import { ChangeFeed } from './change-feed.ts';
import { EVENTS_PATH, EventListeners, type EventListenersOptions } from './event-listeners.ts';

type Handle = (req: IncomingMessage, res: ServerResponse) => void;

/** Tells editors of changes. */
export interface Push {
  /** To be called when something has changed that no request shows, such as a call that has been settled. */
  readonly changed: () => void;
  /**
   * Answers `GET /_local/api/events`, leaves everything else to `handle`, and takes every answer to a request that
   * may have changed something for a change.
   *
   * @param calls `settled`: `handle` says itself when a call is settled; `answered`: it is taken to be when its answer
   *   has ended, as with calls that somebody else settles before that.
   */
  wrap(handle: Handle, calls: 'settled' | 'answered'): Handle;
  /** Ends every stream. */
  close(): void;
}

export function createPush(options: Omit<EventListenersOptions, 'feed'> = {}): Push {
  const feed = new ChangeFeed({ clock: systemClock });
  const listeners = new EventListeners({ ...options, feed });
  return {
    changed: () => feed.changed(),
    wrap: (handle, calls) => (req, res) => {
      if (req.method === 'GET' && pathOf(req) === EVENTS_PATH) {
        listeners.answer(req, res);
        return;
      }
      if (req.method === 'POST') {
        // Looked at afterwards, because `handle` takes labels out of the path.
        res.once('close', () => {
          if (mayHaveChanged(pathOf(req), calls)) feed.changed();
        });
      }
      handle(req, res);
    },
    close: () => listeners.close(),
  };
}

/** Of the services' methods, all but those that only read. */
const WRITING_METHOD = /^\/candela\.v1\.\w+\/(?!Get|List|Search)/;

function mayHaveChanged(path: string, calls: 'settled' | 'answered'): boolean {
  if (isGatewayPath(path)) return calls === 'answered';
  return WRITING_METHOD.test(path) || path === '/v1/traces' || path.startsWith('/_local/api/');
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const [path = '/'] = url.split('?', 1);
  return path;
}
