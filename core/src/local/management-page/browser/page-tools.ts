import { byId } from './dom.ts';

/** What the parts of the page can ask of the whole. */
export interface PageTools {
  /** Does something that changes what is shown, tells of a failure, and shows what is then. */
  readonly run: (work: () => Promise<unknown>) => Promise<void>;
  /** Whether the reader really means it. */
  readonly ask: (question: string, yes: string) => Promise<boolean>;
}

const NOTICE_MS = 12_000;
let hideNotice: ReturnType<typeof setTimeout> | undefined;

/** Says what went wrong, for a while. */
export function notify(message: string): void {
  const notice = byId('notice');
  notice.textContent = message;
  notice.hidden = false;
  clearTimeout(hideNotice);
  hideNotice = setTimeout(() => {
    notice.hidden = true;
  }, NOTICE_MS);
}

/** Asks in a dialog that Escape closes, which keeps everything as it is. */
export async function ask(question: string, yes: string): Promise<boolean> {
  const dialog = byId('question') as HTMLDialogElement;
  byId('question-text').textContent = question;
  byId('question-yes').textContent = yes;
  dialog.returnValue = 'no';
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  return dialog.returnValue === 'yes';
}
