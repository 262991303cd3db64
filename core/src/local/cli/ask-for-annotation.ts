import { createInterface, type Interface } from 'node:readline/promises';
import type { Annotation } from '../../client/annotations/annotation.ts';
import { traceLine } from '../../client/annotations/annotation-message.ts';
import { listRecentTraces, type RecentTrace } from '../../client/traces/recent-traces.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { askDaemon } from './daemon-access.ts';
import { printable } from './print-table.ts';

const LISTED = 10;

/** Asks at the terminal which trace, and what of it. @throws CliError without a terminal, or at its end. */
export async function askForAnnotation(cli: Cli, givenTrace: string | undefined): Promise<Annotation> {
  if (!cli.stdin.isTTY) {
    throw new CliError('--interactive needs a terminal: give --outcome, --label or --metric instead', {
      exitCode: 2,
    });
  }
  const recent = await askDaemon(cli, ({ api, signal }) => listRecentTraces(api, LISTED, signal));
  if (givenTrace === undefined && recent.length === 0) {
    throw new CliError('there is no trace yet: make a call first');
  }
  const terminal = createInterface({ input: cli.stdin, output: cli.stdout });
  // Without this, the end of the input would leave a question open for ever.
  const ended = new AbortController();
  terminal.once('close', () => ended.abort());
  terminal.once('SIGINT', () => ended.abort());
  const ask = (question: string): Promise<string> => terminal.question(question, { signal: ended.signal });
  try {
    const traceId = givenTrace ?? (await askForTrace(cli, ask, recent));
    return await askWhat(ask, traceId);
  } catch (cause) {
    if (!ended.signal.aborted) throw cause;
    throw new CliError('nothing was annotated', { cause });
  } finally {
    terminal.close();
  }
}

type Ask = (question: string) => ReturnType<Interface['question']>;

async function askForTrace(cli: Cli, ask: Ask, recent: readonly RecentTrace[]): Promise<string> {
  for (const [at, trace] of recent.entries()) {
    const { label, detail } = traceLine(trace, Date.now());
    cli.stdout.write(`${String(at + 1).padStart(3)}  ${printable(`${label}  ${detail}`)}\n`);
  }
  const chosen = await askUntil(ask, `Which trace? [1] `, (text) => recent[Number(text || '1') - 1]);
  return chosen.traceId;
}

async function askWhat(ask: Ask, traceId: string): Promise<Annotation> {
  const kind = await askUntil(ask, '(g)ood, (b)ad, (l)abel or (m)etric? ', (text) =>
    ['g', 'b', 'l', 'm'].find((letter) => text.toLowerCase().startsWith(letter)),
  );
  const said =
    kind === 'l'
      ? { kind: 'label' as const, label: await askUntil(ask, 'Label? ', (text) => text || undefined) }
      : kind === 'm'
        ? {
            kind: 'metric' as const,
            metricName: await askUntil(ask, 'Name of the metric? ', (text) => text || undefined),
            metricValue: await askUntil(ask, 'Its value? ', numberIn),
          }
        : { kind: 'outcome' as const, success: kind === 'g', score: kind === 'g' ? 1 : 0 };
  const comment = (await ask('Comment? [none] ')).trim();
  return { ...said, traceId, ...(comment !== '' && { comment }) };
}

function numberIn(text: string): number | undefined {
  const value = Number(text);
  return text === '' || !Number.isFinite(value) ? undefined : value;
}

/** Asks again as long as the answer is none; ends with the input. */
async function askUntil<T>(ask: Ask, question: string, read: (text: string) => T | undefined): Promise<T> {
  for (;;) {
    const answer = read((await ask(question)).trim());
    if (answer !== undefined) return answer;
  }
}
