import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { RuntimeService, RuntimeState } from '@candela/proto/v1/runtime_service';
import { createCandelaApi } from '../../client/connection/candela-api.ts';
import { describeCallFailure } from '../../client/connection/call-failure.ts';
import { formatDateAndTime } from '../../client/figures/figure-format.ts';
import { readFigures } from '../../client/figures/read-figures.ts';
import { budgetReport } from '../../client/status/reports.ts';
import { budgetJson } from './budget-json.ts';
import type { Cli } from './cli.ts';
import type { Discovery } from '../../client/node/discovery-file.ts';
import { findDaemon, silence, silentDaemon, type FoundDaemon } from './daemon-access.ts';
import { printJson } from './print-json.ts';
import { printFields } from './print-table.ts';

const TIMEOUT_MS = 5_000;

/** Providers that need no cloud. */
const OF_THIS_MACHINE: ReadonlySet<unknown> = new Set(['local', 'demo']);

/** What one part of the daemon says; a part that fails is told, and holds up none of the others. */
type Answer<T> = { readonly value: T } | { readonly failure: string };

interface Runtime {
  readonly backend: string;
  readonly state: string;
}

export async function showStatus(cli: Cli, options: { readonly json: boolean }): Promise<void> {
  const daemon = await findDaemon(cli);
  if (daemon === undefined) {
    cli.exitWith(1);
    reportAbsence(cli, await silentDaemon(cli), options);
    return;
  }
  const { url, discovery } = daemon;
  const [mode, figures, runtime] = await Promise.all([
    modeOf(daemon),
    answerOf(url, async () => {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      return (await readFigures(createCandelaApi(url), { signal, nowUnixMs: Date.now() })).figures;
    }),
    answerOf(url, () => runtimeOf(url)),
  ]);
  if (options.json) {
    printJson(cli, {
      ...{ running: true, url },
      ...(discovery?.lmStudioUrl !== undefined && { lm_studio_url: discovery.lmStudioUrl }),
      ...(mode !== undefined && { mode }),
      ...(discovery && {
        ...{ pid: discovery.pid, version: discovery.version, started_at: discovery.startedAt },
      }),
      budget: 'value' in figures ? budgetJson(figures.value) : { error: figures.failure },
      ...('failure' in runtime
        ? { runtime: { error: runtime.failure } }
        : runtime.value && { runtime: runtime.value }),
    });
    return;
  }
  const field = (label: string, value: string | undefined): readonly (readonly [string, string])[] =>
    value === undefined ? [] : [[label, value]];
  printFields(cli, [
    ['running', url],
    ...field('LM Studio port', discovery?.lmStudioUrl),
    ...field('mode', mode),
    ...field('process', discovery && String(discovery.pid)),
    ...field('version', discovery?.version),
    ...field('since', discovery && formatDateAndTime(Date.parse(discovery.startedAt))),
    ...('failure' in figures
      ? field('budget', figures.failure)
      : budgetReport(figures.value).map(
          ({ label, value, detail }) =>
            [label.toLowerCase(), [value, detail].filter((text) => text !== '').join('  ')] as const,
        )),
    ...('failure' in runtime
      ? field('runtime', runtime.failure)
      : field('runtime', runtime.value && `${runtime.value.backend} ${runtime.value.state}`)),
  ]);
}

function reportAbsence(cli: Cli, silent: Discovery | undefined, options: { readonly json: boolean }): void {
  if (options.json) {
    const { url, pid, version } = silent ?? {};
    printJson(cli, { running: false, ...(silent && { url, pid, version, error: silence(silent) }) });
  } else if (silent === undefined) {
    cli.stdout.write('Candela does not run on this machine: start it with `candela start`\n');
  } else {
    cli.stdout.write(`${silence(silent)}\n`);
  }
}

async function answerOf<T>(url: string, ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await ask() };
  } catch (cause) {
    return { failure: describeCallFailure(cause, url, TIMEOUT_MS).reason };
  }
}

/** `solo`, `solo + cloud` or `team`; undefined of a daemon too old to say. */
async function modeOf({ url }: FoundDaemon): Promise<string | undefined> {
  const answer = await fetch(`${url}/_local/api/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    () => undefined,
  );
  if (answer === undefined || answer.status === 404) return undefined;
  const health = (await answer.json().catch(() => ({}))) as {
    readonly mode?: unknown;
    readonly providers?: readonly { readonly name?: unknown }[];
  };
  if (typeof health.mode !== 'string') return undefined;
  const isCloud = health.providers?.some(({ name }) => !OF_THIS_MACHINE.has(name)) === true;
  return health.mode === 'solo' && isCloud ? 'solo + cloud' : health.mode;
}

/** Undefined where no runtime is managed by this daemon. */
async function runtimeOf(url: string): Promise<Runtime | undefined> {
  const runtime = createClient(RuntimeService, createConnectTransport({ baseUrl: url }));
  try {
    const { status } = await runtime.getHealth({}, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (status === undefined || status.backend === '') return undefined;
    return { backend: status.backend, state: (RuntimeState[status.state] ?? 'unknown').toLowerCase() };
  } catch (cause) {
    const { code } = ConnectError.from(cause);
    if (code === Code.Unimplemented || code === Code.NotFound) return undefined;
    throw cause;
  }
}
