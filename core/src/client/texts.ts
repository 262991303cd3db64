import { l10n } from './l10n.ts';

const { t } = l10n;

/**
 * Every sentence an editor shows about spend. Functions take text that is already formatted; what goes into Markdown is
 * escaped by the caller. None is kept: the language is known only once the editor has said it.
 */
export const texts = {
  unknown: '--',
  spendOfBudget: (spent: string, limit: string) => `${spent} / ${limit}`,
  get heading() {
    return t('Candela: spend today');
  },
  rows: {
    get cost() {
      return t('Cost');
    },
    get tokens() {
      return t('Tokens');
    },
    get calls() {
      return t('Calls');
    },
    get budget() {
      return t('Budget');
    },
    get remaining() {
      return t('Remaining');
    },
    get grants() {
      return t('Grants');
    },
    get resets() {
      return t('Resets at');
    },
    get pace() {
      return t('Pace');
    },
    get age() {
      return t('Figures are');
    },
    get source() {
      return t('Source');
    },
  },
  tokens: (count: string) => t('{0} tok', count),
  pace: (usdPerHour: string, observed: string) => t('{0} an hour, seen over {1}', usdPerHour, observed),
  forecast: (timeOfDay: string) => t('At this pace your budget ends at {0}.', timeOfDay),
  source: {
    push: (address: string) => t('{0}, live', address),
    poll: (address: string) => t('{0}, asked now and then', address),
    paused: (address: string) => t('{0}, paused while this window is not used', address),
  },
  notice: {
    used: (percent: string, spent: string, limit: string) =>
      t("Candela: {0} of today's budget is used ({1} of {2})", percent, spent, limit),
    grantsPay: (used: string) => t('{0}; grants pay for further calls', used),
    refused: (used: string) => t('{0}; calls are refused until it resets or a grant is made', used),
  },
  get noBudget() {
    return t('none set');
  },
  usedShare: (limit: string, percent: string) => t('{0} ({1} used)', limit, percent),
  get notKnown() {
    return t('not known');
  },
  grant: (rest: string, amount: string, reason: string, expiry: string) =>
    t('{0} of {1} left: {2}, expires {3}', rest, amount, reason, expiry),
  get grantNoReason() {
    return t('no reason given');
  },
  get grantNoExpiry() {
    return t('never');
  },
  resetsAt: (timeOfDay: string, wait: string) => t('{0} (in {1})', timeOfDay, wait),
  age: (duration: string, timeOfDay: string) => t('{0} old ({1})', duration, timeOfDay),
  duration: {
    get underAMinute() {
      return t('less than a minute');
    },
    minutes: (count: number) => (count === 1 ? t('1 minute') : t('{0} minutes', count)),
    hours: (hours: number, minutes: number) => t('{0} h {1} min', hours, minutes),
    days: (count: number) => t('{0} days', count),
  },
  warnNote: (percent: string) => t('{0} of the budget is used.', percent),
  get grantsNote() {
    return t('The budget is used up; calls are now paid from grants.');
  },
  get overNote() {
    return t('The budget is used up: calls are refused until it resets or a grant is made.');
  },
  get overWatchedNote() {
    return t('The budget is used up.');
  },
  get connecting() {
    return t('Looking for Candela…');
  },
  get offline() {
    return t('Candela cannot be reached');
  },
  notReachableSince: (since: string, lastSeen: string, seenAt: string) =>
    t('not reachable since {0}, last seen {1} at {2}', since, lastSeen, seenAt),
  dayIsOver: (lastSeen: string, seenAt: string) =>
    t("a new day has begun; what was seen last, {0} at {1}, was yesterday's", lastSeen, seenAt),
  annotationsWaiting: (count: number) =>
    count === 1
      ? t('1 annotation is waiting to be sent.')
      : t('{0} annotations are waiting to be sent.', count),
  accessible: {
    spend: (spent: string) => t('Candela: {0} spent today', spent),
    spendOfBudget: (spent: string, limit: string, percent: string) =>
      t('Candela: {0} of {1} spent today, {2}', spent, limit, percent),
    warn: (label: string) => t('{0}. Warning: close to the budget', label),
    grants: (label: string) => t('{0}. Warning: the budget is used up, grants pay for calls', label),
    paused: (timeOfDay: string) => t('As of {0}: paused while this window is not used', timeOfDay),
    over: (label: string) => t('{0}. The budget is used up', label),
    offline: (reason: string) => t('Candela: spend is not known. {0}', reason),
  },
  grantLine: (rest: string, amount: string) => t('Grant: {0} of {1} left', rest, amount),
  grantLineDetail: (reason: string, expiry: string) => t('{0}, expires {1}', reason, expiry),
  calls: (count: string) => (count === '1' ? t('1 call') : t('{0} calls', count)),
  summaryTotal: (calls: string) => t('All models: {0} today', calls),
  branchTotal: (calls: string) => t('All models: {0}', calls),
  branchCost: (branch: string, cost: string) => t('{0}: {1}', branch, cost),
  modelLine: (model: string, provider: string) => (provider === '' ? model : `${model} (${provider})`),
  modelDetail: (calls: string, input: string, output: string, percent: string) =>
    t('{0}, {1} tokens in, {2} out, {3} of the cost', calls, input, output, percent),
  get unnamedModel() {
    return t('no model');
  },
  traceLine: (model: string, age: string) => t('{0}, {1} ago', model, age),
  traceDetail: (cost: string, tokens: string, hasFailed: boolean) =>
    hasFailed ? t('{0}, {1} tokens, failed', cost, tokens) : t('{0}, {1} tokens', cost, tokens),
  annotation: {
    outcome: (success: boolean) => (success ? t('marked good') : t('marked bad')),
    label: (label: string) => t('labelled "{0}"', label),
    metric: (name: string, value: number) => t('given {0} = {1}', name, value),
    sent: (trace: string, what: string) => t('Trace {0} is {1}.', trace, what),
    kept: (trace: string, what: string, reason: string) =>
      t('Trace {0} is {1} here; this will be sent when Candela is back ({2}).', trace, what, reason),
    refused: (trace: string, what: string, reason: string) =>
      t('Trace {0} was not {1}: {2}.', trace, what, reason),
    neitherSentNorKept: (reason: string) =>
      t(
        "The annotation could be neither sent ({0}) nor kept for later: look whether Candela's folder can be written.",
        reason,
      ),
    get sentElsewhere() {
      return t('another window is sending it');
    },
    caughtUp: (count: number) =>
      count === 1 ? t('1 kept annotation has been sent.') : t('{0} kept annotations have been sent.', count),
  },
  failure: {
    nothingAnswers: (address: string) => t('nothing answers at {0}; start it with "candela run"', address),
    timedOut: (address: string, seconds: number) => t('{0} did not answer within {1} s', address, seconds),
    notCandela: (address: string) => t('what answers at {0} is not Candela', address),
    signInNeeded: (address: string) =>
      t('{0} asks for a sign-in: run `candela auth login` in a terminal', address),
    refused: (address: string, message: string) => t('{0} answered: {1}', address, message),
  },
} as const;
