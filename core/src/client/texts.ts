/**
 * Every sentence an editor shows about spend, in one place, so that a translation is one more file like this.
 * Functions take text that is already formatted; what goes into Markdown is escaped by the caller.
 */
export const texts = {
  unknown: '--',
  spendOfBudget: (spent: string, limit: string) => `${spent} / ${limit}`,
  heading: 'Candela: spend today',
  rows: {
    cost: 'Cost',
    tokens: 'Tokens',
    calls: 'Calls',
    budget: 'Budget',
    remaining: 'Remaining',
    grants: 'Grants',
    resets: 'Resets at',
    pace: 'Pace',
    age: 'Figures are',
    source: 'Source',
  },
  tokens: (count: string) => `${count} tok`,
  pace: (usdPerHour: string, observed: string) => `${usdPerHour} an hour, seen over ${observed}`,
  forecast: (timeOfDay: string) => `At this pace your budget ends at ${timeOfDay}.`,
  source: {
    push: (address: string) => `${address}, live`,
    poll: (address: string) => `${address}, asked now and then`,
    paused: (address: string) => `${address}, paused while this window is not used`,
  },
  notice: {
    used: (percent: string, spent: string, limit: string) =>
      `Candela: ${percent} of today's budget is used (${spent} of ${limit})`,
    grantsPay: (used: string) => `${used}; grants pay for further calls`,
    refused: (used: string) => `${used}; calls are refused until it resets or a grant is made`,
  },
  noBudget: 'none set',
  usedShare: (limit: string, percent: string) => `${limit} (${percent} used)`,
  notKnown: 'not known',
  grant: (rest: string, amount: string, reason: string, expiry: string) =>
    `${rest} of ${amount} left: ${reason}, expires ${expiry}`,
  grantNoReason: 'no reason given',
  grantNoExpiry: 'never',
  resetsAt: (timeOfDay: string, wait: string) => `${timeOfDay} (in ${wait})`,
  age: (duration: string, timeOfDay: string) => `${duration} old (${timeOfDay})`,
  warnNote: (percent: string) => `${percent} of the budget is used.`,
  grantsNote: 'The budget is used up; calls are now paid from grants.',
  overNote: 'The budget is used up: calls are refused until it resets or a grant is made.',
  overWatchedNote: 'The budget is used up.',
  connecting: 'Looking for Candela…',
  offline: 'Candela cannot be reached',
  notReachableSince: (since: string, lastSeen: string, seenAt: string) =>
    `not reachable since ${since}, last seen ${lastSeen} at ${seenAt}`,
  dayIsOver: (lastSeen: string, seenAt: string) =>
    `a new day has begun; what was seen last, ${lastSeen} at ${seenAt}, was yesterday's`,
  annotationsWaiting: (count: number) =>
    count === 1 ? '1 annotation is waiting to be sent.' : `${count} annotations are waiting to be sent.`,
  accessible: {
    spend: (spent: string) => `Candela: ${spent} spent today`,
    spendOfBudget: (spent: string, limit: string, percent: string) =>
      `Candela: ${spent} of ${limit} spent today, ${percent}`,
    warn: (label: string) => `${label}. Warning: close to the budget`,
    grants: (label: string) => `${label}. Warning: the budget is used up, grants pay for calls`,
    over: (label: string) => `${label}. The budget is used up`,
    offline: (reason: string) => `Candela: spend is not known. ${reason}`,
  },
  grantLine: (rest: string, amount: string) => `Grant: ${rest} of ${amount} left`,
  grantLineDetail: (reason: string, expiry: string) => `${reason}, expires ${expiry}`,
  summaryTotal: (calls: string) => `All models: ${calls} calls today`,
  branchTotal: (calls: string) => `All models: ${calls} calls`,
  branchCost: (branch: string, cost: string) => `${branch}: ${cost}`,
  modelLine: (model: string, provider: string) => (provider === '' ? model : `${model} (${provider})`),
  modelDetail: (calls: string, input: string, output: string, percent: string) =>
    `${calls} calls, ${input} tokens in, ${output} out, ${percent} of the cost`,
  unnamedModel: 'no model',
  traceLine: (model: string, age: string) => `${model}, ${age} ago`,
  traceDetail: (cost: string, tokens: string, hasFailed: boolean) =>
    `${cost}, ${tokens} tokens${hasFailed ? ', failed' : ''}`,
  annotation: {
    outcome: (success: boolean) => (success ? 'marked good' : 'marked bad'),
    label: (label: string) => `labelled "${label}"`,
    metric: (name: string, value: number) => `given ${name} = ${value}`,
    sent: (trace: string, what: string) => `Trace ${trace} is ${what}.`,
    kept: (trace: string, what: string, reason: string) =>
      `Trace ${trace} is ${what} here; this will be sent when Candela is back (${reason}).`,
    refused: (trace: string, what: string, reason: string) => `Trace ${trace} was not ${what}: ${reason}.`,
    neitherSentNorKept: (reason: string) =>
      `The annotation could be neither sent (${reason}) nor kept for later: look whether Candela's folder can be written.`,
    sentElsewhere: 'another window is sending it',
    caughtUp: (count: number) =>
      count === 1 ? '1 kept annotation has been sent.' : `${count} kept annotations have been sent.`,
  },
  failure: {
    nothingAnswers: (address: string) => `nothing answers at ${address}; start it with "candela run"`,
    timedOut: (address: string, seconds: number) => `${address} did not answer within ${seconds} s`,
    notCandela: (address: string) => `what answers at ${address} is not Candela`,
    signInNeeded: (address: string) =>
      `${address} asks for a sign-in: run \`candela auth login\` in a terminal`,
    refused: (address: string, message: string) => `${address} answered: ${message}`,
  },
} as const;
