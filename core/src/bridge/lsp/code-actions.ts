import type { CodeAction, CodeActionKind } from 'vscode-languageserver/node';
import { LAST_TRACE } from '../annotate/annotate-request.ts';
import { messages } from '../messages.ts';
import type { CommandId } from './command-ids.ts';

/** Not a quick fix: LSP4IJ would hide it. Below `source`, which is what concerns a file as a whole. */
export const ACTION_KIND = 'source.candela';

const { actions } = messages;
const CODE_ACTIONS: readonly CodeAction[] = [
  action(actions.markGood, 'candela.annotate', { traceId: LAST_TRACE, outcome: 'good' }),
  action(actions.markBad, 'candela.annotate', { traceId: LAST_TRACE, outcome: 'bad' }),
  action(actions.annotate, 'candela.annotate'),
  action(actions.showSpend, 'candela.showSpend'),
  action(actions.openDashboard, 'candela.openDashboard'),
];

/** The same for every place in every file. @param only the kinds the editor asks for; undefined: any. */
export function codeActions(only: readonly CodeActionKind[] | undefined): CodeAction[] {
  const isWanted =
    only === undefined || only.some((kind) => kind === '' || `${ACTION_KIND}.`.startsWith(`${kind}.`));
  return isWanted ? [...CODE_ACTIONS] : [];
}

function action(title: string, command: CommandId, argument?: object): CodeAction {
  const args = argument === undefined ? {} : { arguments: [argument] };
  return { title, kind: ACTION_KIND, command: { title, command, ...args } };
}
