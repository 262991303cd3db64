import { l10n } from '../l10n.ts';

const { t } = l10n;

/** Every sentence about a single trace; see `texts.ts`. */
export const traceTexts = {
  severalCalls: (count: number) =>
    count === 0 ? t('A trace without a call') : t('{0} calls in one trace', count),
  moreCalls: (count: number) => t('And {0} more, which are not shown.', count),
  rows: {
    get cost() {
      return t('Cost');
    },
    get tokens() {
      return t('Tokens');
    },
    get time() {
      return t('Time');
    },
    get traceId() {
      return t('Trace');
    },
    get outcome() {
      return t('Marked');
    },
    get label() {
      return t('Label');
    },
    get metric() {
      return t('Metric');
    },
    get duration() {
      return t('Took');
    },
    get standing() {
      return t('Outcome');
    },
  },
  tokens: (count: string) => t('{0} tokens', count),
  ago: (duration: string) => t('{0} ago', duration),
  standings: {
    get good() {
      return t('marked good');
    },
    get bad() {
      return t('marked bad');
    },
    get failed() {
      return t('failed');
    },
    get answered() {
      return t('not marked yet');
    },
  },
  startedAndTook: (started: string, duration: string) => t('{0}, took {1}', started, duration),
  tokensInAndOut: (total: string, input: string, output: string) =>
    t('{0} ({1} in, {2} out)', total, input, output),
  outcome: (success: boolean, score: number) => {
    const word = success ? t('good') : t('bad');
    return score === (success ? 1 : 0) ? word : t('{0} (score {1})', word, score);
  },
  get failed() {
    return t('The call failed.');
  },
  failedBecause: (reason: string) => t('The call failed: {0}', reason),
  get prompt() {
    return t('Prompt');
  },
  get answer() {
    return t('Answer');
  },
  get nothing() {
    return t('Nothing.');
  },
  get noContent() {
    return t('Prompt and answer were not kept.');
  },
} as const;
