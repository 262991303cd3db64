import type { EditorSession } from '../../client/editor-session.ts';
import { type CandelaStatus, candelaStatus, isSameStatus } from './candela-status.ts';

/** Tells the present status, then what an editor draws whenever that has changed, until the session stops. */
export function feedStatus(session: EditorSession, listener: (status: CandelaStatus) => void): void {
  let told: CandelaStatus | undefined;
  const tellChange = () => {
    const current = candelaStatus(session.status, session.figures);
    if (told !== undefined && isSameStatus(told, current)) return;
    told = current;
    listener(current);
  };
  session.onStatus(tellChange);
  tellChange();
}
