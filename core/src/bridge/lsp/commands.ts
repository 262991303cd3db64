import { ErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { annotate, type AnnotateResult } from '../annotate/annotate.ts';
import { parseAnnotateRequest } from '../annotate/annotate-request.ts';
import { recentTraces } from '../annotate/recent-traces.ts';
import { describe, type BridgeSession } from '../bridge-session.ts';
import { messages } from '../messages.ts';
import { spendLines } from '../status/candela-status.ts';
import type { CommandId } from './command-ids.ts';
import type { EditorWindow } from './editor-window.ts';

export interface CommandContext {
  readonly bridge: BridgeSession;
  readonly window: EditorWindow;
  /** The first folder that is open; undefined without one. */
  readonly folder: string | undefined;
}

/** What a command answers is for programs; people see a message. */
export type CommandHandler = (context: CommandContext, argument: unknown) => Promise<unknown>;

export const COMMANDS: Readonly<Record<CommandId, CommandHandler>> = {
  'candela.annotate': annotateCommand,
  'candela.showSpend': showSpend,
  'candela.openDashboard': openDashboard,
};

/** With buttons a dialog holds few; the newest call is the one that is meant most of the time. */
const TRACES_TO_PICK_FROM = 4;

/** @throws ResponseError (invalid params) that names the field */
export function annotateChecked(
  { editor }: BridgeSession,
  value: unknown,
): Promise<AnnotateResult | { readonly noTrace: string }> {
  const parsed = parseAnnotateRequest(value);
  if ('problem' in parsed) throw new ResponseError(ErrorCodes.InvalidParams, parsed.problem);
  return annotate(editor, parsed.request);
}

/** Does what the argument says (see `candela/annotate`), and asks for what it leaves out: which call, and how it was. */
async function annotateCommand(context: CommandContext, argument: unknown): Promise<AnnotateResult | null> {
  const { bridge, window } = context;
  const given: object = typeof argument === 'object' && argument !== null ? argument : {};
  const named = 'traceId' in given && typeof given.traceId === 'string' ? given.traceId : undefined;
  const traceId = named ?? (await pickTrace(context));
  if (traceId === undefined) return null;
  const says = ['outcome', 'label', 'metric'].some((field) => field in given);
  const outcome = says ? {} : await pickOutcome(context, traceId);
  if (outcome === undefined) return null;
  const result = await annotateChecked(bridge, { ...given, traceId, ...outcome });
  if ('noTrace' in result) {
    window.tell('warning', result.noTrace);
    return null;
  }
  window.tell(result.result === 'refused' ? 'warning' : 'info', result.message);
  return result;
}

async function pickTrace({ bridge, window }: CommandContext): Promise<string | undefined> {
  const { traces, staleReason } = await recentTraces(bridge.editor, TRACES_TO_PICK_FROM);
  if (traces.length === 0) {
    const { noTraces, noTracesOffline } = messages;
    window.tell('warning', staleReason === undefined ? noTraces : noTracesOffline(staleReason));
    return undefined;
  }
  const question = staleReason === undefined ? messages.pickTrace : messages.pickTraceStale(staleReason);
  // The id tells two calls apart that look alike: an editor answers with the title alone.
  const titles = traces.map(({ label, traceId }) => `${label} (${endOf(traceId)})`);
  const picked = await window.ask(question, titles);
  return picked === undefined ? undefined : traces[titles.indexOf(picked)]?.traceId;
}

/** Ids begin with their time, which calls made together share. */
function endOf(traceId: string): string {
  return traceId.length > 12 ? `…${traceId.slice(-8)}` : traceId;
}

async function pickOutcome(
  { window }: CommandContext,
  traceId: string,
): Promise<{ readonly outcome: 'good' | 'bad' } | undefined> {
  const { good, bad } = messages;
  const picked = await window.ask(messages.pickOutcome(endOf(traceId)), [good, bad]);
  if (picked !== good && picked !== bad) return undefined;
  return { outcome: picked === good ? 'good' : 'bad' };
}

async function showSpend({ bridge, window, folder }: CommandContext): Promise<readonly string[] | null> {
  const { accessibilityLabel } = await bridge.editor.refresh();
  const { figures } = bridge.editor;
  if (figures === undefined) {
    window.tell('warning', messages.spendNotKnown(accessibilityLabel));
    return null;
  }
  const lines = [...spendLines(figures), ...(await branchLines(bridge, folder))];
  window.tell('info', [accessibilityLabel, ...lines].join('\n'));
  return lines;
}

/** None outside of a branch. */
async function branchLines(bridge: BridgeSession, folder: string | undefined): Promise<readonly string[]> {
  if (folder === undefined) return [];
  try {
    const found = await bridge.branchCost(folder);
    return found === undefined ? [] : [found.text];
  } catch (error) {
    return [messages.branchCostNotKnown(describe(error))];
  }
}

async function openDashboard({ bridge, window }: CommandContext): Promise<string> {
  const url = `${await bridge.daemonUrl()}/`;
  if (!(await window.open(url))) window.tell('info', messages.dashboardAt(url));
  return url;
}
