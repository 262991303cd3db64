/** Every sentence about a single trace; see `texts.ts`. */
export const traceTexts = {
  severalCalls: (count: number) => (count === 0 ? 'A trace without a call' : `${count} calls in one trace`),
  moreCalls: (count: number) => `And ${count} more, which are not shown.`,
  rows: {
    cost: 'Cost',
    tokens: 'Tokens',
    time: 'Time',
    traceId: 'Trace',
    outcome: 'Marked',
    label: 'Label',
    metric: 'Metric',
    duration: 'Took',
    standing: 'Outcome',
  },
  tokens: (count: string) => `${count} tokens`,
  ago: (duration: string) => `${duration} ago`,
  standings: { good: 'marked good', bad: 'marked bad', failed: 'failed', answered: 'not marked yet' },
  startedAndTook: (started: string, duration: string) => `${started}, took ${duration}`,
  tokensInAndOut: (total: string, input: string, output: string) => `${total} (${input} in, ${output} out)`,
  outcome: (success: boolean, score: number) => {
    const word = success ? 'good' : 'bad';
    return score === (success ? 1 : 0) ? word : `${word} (score ${score})`;
  },
  failed: 'The call failed.',
  failedBecause: (reason: string) => `The call failed: ${reason}`,
  prompt: 'Prompt',
  answer: 'Answer',
  nothing: 'Nothing.',
  noContent: 'Prompt and answer were not kept.',
} as const;
