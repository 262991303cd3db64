/** Every sentence of the extension's own; those about spend are in `@candela/core/client`. */
export const messages = {
  pickAction: 'Candela',
  budgetTitle: 'Candela: budget and grants',
  costTitle: 'Candela: cost by model today',
  pickTrace: 'Which trace?',
  pickTraceStale: (reason: string) => `Which trace? Those seen last (${reason})`,
  noTraces: 'There is no trace yet: make a call through Candela first.',
  noTracesOffline: (reason: string) => `No trace is known, and none can be asked for: ${reason}.`,
  pickAnnotation: 'What do you want to say of it?',
  good: 'Good',
  bad: 'Bad',
  addLabel: 'Add a label…',
  logMetric: 'Log a metric…',
  labelPrompt: 'Label for the trace',
  metricNamePrompt: 'Name of the metric, e.g. tests_passed',
  metricValuePrompt: (name: string) => `Value of ${name}`,
  notANumber: 'This has to be a number, e.g. 0.95',
  scoreOutOfRange: 'Candela: a score has to be a number from 0 to 1.',
  spendNotKnown: (reason: string) => `Today’s spend is not known. ${reason}`,
  startDaemon: 'Start Candela',
  daemonRuns: (url: string) => `Candela runs at ${url}.`,
  daemonNotStarted: (reason: string) => `Candela could not be started: ${reason}`,
  noBundledDaemon:
    'this build of the extension has no daemon in it; start one with "npm start" in the Candela repository',
  outboxFailed: (reason: string) => `Candela: kept annotations cannot be read or written: ${reason}`,
  refusedLater: (traceId: string, reason: string) =>
    `Candela dropped a kept annotation of trace ${traceId}: ${reason}`,
} as const;
