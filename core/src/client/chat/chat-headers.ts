import { type CallLabels, labelsHeader } from '../connection/labels-header.ts';

/**
 * What a chat says of itself to the daemon, and only to it (contract section 1): labels, to tell its cost apart
 * later, and the editor's window as the session. What a session id cannot hold is left out.
 */
export function chatHeaders(about: {
  readonly labels: CallLabels;
  readonly sessionId?: string | undefined;
}): Readonly<Record<string, string>> {
  const labels = labelsHeader(about.labels);
  const session = about.sessionId?.replaceAll(/[^A-Za-z0-9-]/g, '').slice(0, 128) ?? '';
  return {
    ...(labels !== '' && { 'x-candela-labels': labels }),
    ...(session !== '' && { 'x-session-id': session }),
  };
}
