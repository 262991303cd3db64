import { seconds } from './call-line.ts';
import { formatCount, formatDateAndTime, formatUsd, type Locality } from '../figures/figure-format.ts';
import { inlineMarkdown } from './inline-markdown.ts';
import { promptMessages } from './prompt-messages.ts';
import { texts } from '../texts.ts';
import type { CallDetails, KnownAnnotation, TraceDetails } from './trace-details.ts';
import { traceTexts } from './trace-texts.ts';

const MOST_CALLS = 50;

/**
 * A trace as a Markdown document to read. Prompt and answer stand in fences that nothing in them can close, so that
 * they are shown and never rendered; every other foreign text is escaped.
 */
export function traceDocument(trace: TraceDetails, locality: Locality = {}): string {
  const { calls } = trace;
  const [only] = calls;
  const sections =
    calls.length === 1 && only !== undefined
      ? [`# ${heading(only)}`, facts(trace, locality), failure(only), content(only, '##')]
      : [
          `# ${traceTexts.severalCalls(calls.length)}`,
          facts(trace, locality),
          ...calls
            .slice(0, MOST_CALLS)
            .flatMap((call, index) => [
              `## ${index + 1}. ${heading(call)}`,
              list(callRows(call, locality)),
              failure(call),
              content(call, '###'),
            ]),
          ...(calls.length > MOST_CALLS ? [traceTexts.moreCalls(calls.length - MOST_CALLS)] : []),
        ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

type Row = readonly [label: string, value: string];

function facts(trace: TraceDetails, locality: Locality): string {
  const { rows } = traceTexts;
  const started = formatDateAndTime(trace.startedAtUnixMs, locality);
  const [only] = trace.calls;
  const tokens =
    trace.calls.length === 1 && only !== undefined
      ? tokensOf(only, locality)
      : formatCount(trace.tokens, locality);
  return list([
    [rows.cost, formatUsd(trace.costUsd)],
    [rows.tokens, tokens],
    [rows.time, traceTexts.startedAndTook(started, seconds(trace.durationMs))],
    ...trace.annotations.map(annotationRow),
    ...(trace.calls.length === 1 && only !== undefined ? labelRows(only) : []),
    [rows.traceId, `\`${trace.traceId.replaceAll('`', '')}\``],
  ]);
}

function callRows(call: CallDetails, locality: Locality): readonly Row[] {
  const { rows } = traceTexts;
  return [
    [rows.cost, formatUsd(call.costUsd)],
    [rows.tokens, tokensOf(call, locality)],
    [rows.time, seconds(call.durationMs)],
    ...labelRows(call),
  ];
}

function labelRows({ labels }: CallDetails): readonly Row[] {
  return Object.entries(labels).map(([key, value]) => [inlineMarkdown(key), inlineMarkdown(value)]);
}

function annotationRow(annotation: KnownAnnotation): Row {
  const { rows } = traceTexts;
  const comment = annotation.comment === '' ? '' : `: ${inlineMarkdown(annotation.comment)}`;
  switch (annotation.kind) {
    case 'outcome':
      return [rows.outcome, `${traceTexts.outcome(annotation.success, annotation.score)}${comment}`];
    case 'label':
      return [rows.label, `${inlineMarkdown(annotation.label)}${comment}`];
    case 'metric':
      return [rows.metric, `${inlineMarkdown(annotation.metricName)} = ${annotation.metricValue}${comment}`];
  }
}

function failure({ failure: reason }: CallDetails): string {
  if (reason === undefined) return '';
  return reason === '' ? traceTexts.failed : traceTexts.failedBecause(inlineMarkdown(reason));
}

function content({ prompt, answer }: CallDetails, level: string): string {
  if (prompt === '' && answer === '') return traceTexts.noContent;
  const messages = promptMessages(prompt).flatMap(({ role, text }) => [
    ...(role === '' ? [] : [`${level}# ${inlineMarkdown(role)}`]),
    fenced(text),
  ]);
  return [
    `${level} ${traceTexts.prompt}`,
    ...(messages.length > 0 ? messages : [traceTexts.nothing]),
    `${level} ${traceTexts.answer}`,
    answer === '' ? traceTexts.nothing : fenced(answer),
  ].join('\n\n');
}

/** A fence is closed by one at least as long (CommonMark, "Fenced code blocks"). */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

function heading({ model, provider }: CallDetails): string {
  const name = model === '' ? texts.unnamedModel : model;
  return inlineMarkdown(texts.modelLine(name, provider));
}

function tokensOf({ inputTokens, outputTokens }: CallDetails, locality: Locality): string {
  return traceTexts.tokensInAndOut(
    formatCount(inputTokens + outputTokens, locality),
    formatCount(inputTokens, locality),
    formatCount(outputTokens, locality),
  );
}

function list(rows: readonly Row[]): string {
  return rows.map(([label, value]) => `- ${label}: ${value}`).join('\n');
}
