import type { Annotation } from '../../client/annotations/annotation.ts';
import { annotationMessage } from '../../client/annotations/annotation-message.ts';
import { listRecentTraces, newestOwnTrace } from '../../client/traces/recent-traces.ts';
import { sendAnnotation } from '../../client/annotations/send-annotation.ts';
import { askForAnnotation } from './ask-for-annotation.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { askDaemon, type ApiCall } from './daemon-access.ts';
import { printJson } from './print-json.ts';
import { printable } from './print-table.ts';

export interface AnnotateOptions {
  readonly last?: boolean;
  readonly interactive?: boolean;
  readonly outcome?: 'good' | 'bad';
  readonly score?: number;
  readonly label?: string;
  readonly metric?: { readonly name: string; readonly value: number };
  readonly comment?: string;
  readonly json?: boolean;
}

/** @throws CliError for options that do not fit together, an unknown trace, a daemon that does not answer. */
export async function annotate(cli: Cli, trace: string | undefined, options: AnnotateOptions): Promise<void> {
  if (options.interactive) {
    const annotation = await askForAnnotation(cli, trace);
    return report(cli, await askDaemon(cli, (call) => send(call, [annotation])), options);
  }
  if ((trace === undefined) === (options.last !== true)) {
    throw new CliError('name one trace: its id, or --last', { exitCode: 2 });
  }
  // Before anybody is asked anything, so that a wrong option never half works.
  annotationsOf('', options);
  const sent = await askDaemon(cli, async (call) =>
    send(call, annotationsOf(trace ?? (await newestTrace(call)), options)),
  );
  report(cli, sent, options);
}

/** An admin is listed everybody's; so many are looked through for one's own. */
const LISTED = 50;

async function newestTrace({ api, signal }: ApiCall): Promise<string> {
  const [traces, { budget }] = await Promise.all([
    listRecentTraces(api, LISTED, signal),
    api.users.getMyBudget({}, { signal }),
  ]);
  const newest = newestOwnTrace(traces, budget?.userId || undefined);
  if (newest === undefined) throw new CliError('there is no trace yet: make a call first');
  return newest.traceId;
}

async function send(
  { api, signal, idempotencyKey }: ApiCall,
  annotations: readonly Annotation[],
): Promise<readonly Annotation[]> {
  for (const annotation of annotations) {
    await sendAnnotation(api, annotation, { signal, idempotencyKey: idempotencyKey() });
  }
  return annotations;
}

function annotationsOf(traceId: string, options: AnnotateOptions): readonly Annotation[] {
  const { outcome, score, label, metric, comment } = options;
  if (score !== undefined && outcome === undefined) {
    throw new CliError('--score says how good an outcome was: add --outcome good|bad', { exitCode: 2 });
  }
  const subject = { traceId, ...(comment !== undefined && { comment }) };
  const success = outcome === 'good';
  const annotations: readonly Annotation[] = [
    ...(outcome === undefined
      ? []
      : [{ ...subject, kind: 'outcome' as const, success, score: score ?? (success ? 1 : 0) }]),
    ...(label === undefined ? [] : [{ ...subject, kind: 'label' as const, label }]),
    ...(metric === undefined
      ? []
      : [{ ...subject, kind: 'metric' as const, metricName: metric.name, metricValue: metric.value }]),
  ];
  if (annotations.length === 0) {
    throw new CliError('say something of it: --outcome, --label, --metric or --interactive', { exitCode: 2 });
  }
  return annotations;
}

function report(cli: Cli, annotations: readonly Annotation[], { json }: AnnotateOptions): void {
  if (json) {
    printJson(cli, annotations.map(annotationJson));
    return;
  }
  for (const annotation of annotations) {
    cli.stdout.write(
      `${printable(annotationMessage(annotation, { result: 'sent' }))} (trace ${annotation.traceId})\n`,
    );
  }
}

function annotationJson(annotation: Annotation): object {
  const { traceId, kind, comment } = annotation;
  return {
    ...{ trace_id: traceId, kind },
    ...(annotation.kind === 'outcome' && { success: annotation.success, score: annotation.score }),
    ...(annotation.kind === 'label' && { label: annotation.label }),
    ...(annotation.kind === 'metric' && {
      ...{ metric_name: annotation.metricName, metric_value: annotation.metricValue },
    }),
    ...(comment !== undefined && { comment }),
  };
}
