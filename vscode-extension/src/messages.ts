import { l10n } from '@candela/core/client';

const { t } = l10n;

/** Every sentence of the extension's own; those about spend are in `@candela/core/client`. */
export const messages = {
  statusBarName: () => t('Candela spend'),
  pickAction: () => t('Candela'),
  links: {
    start: () => t('Start Candela'),
    refresh: () => t('Refresh'),
    budget: () => t('Budget and grants'),
    cost: () => t('Cost by model'),
    dashboard: () => t('Dashboard'),
  },
  actions: {
    start: () => t('Start Candela'),
    budget: () => t('Budget and grants'),
    cost: () => t('Cost by model today'),
    branch: () => t('Cost of this branch'),
    calls: () => t('Recent calls'),
    good: () => t('Mark last trace good'),
    bad: () => t('Mark last trace bad'),
    annotate: () => t('Annotate a trace…'),
    dashboard: () => t('Open dashboard'),
    refresh: () => t('Refresh'),
  },
  budgetTitle: () => t('Candela: budget and grants'),
  costTitle: () => t('Candela: cost by model today'),
  branchTitle: (branch: string) => t('Candela: cost of the branch {0}', branch),
  branchCostNotKnown: (reason: string) => t('What the branch cost is not known: {0}', reason),
  noBranch: () => t('No file of a Git repository with a branch is open, so there is no branch to ask about.'),
  labelsOff: () =>
    t('Calls are not labelled with their branch: the setting “candela.labels.enabled” is switched off.'),
  pickTrace: () => t('Which trace?'),
  pickTraceStale: (reason: string) => t('Which trace? Those seen last ({0})', reason),
  noTraces: () => t('There is no trace yet: make a call through Candela first.'),
  noTracesOffline: (reason: string) => t('No trace is known, and none can be asked for: {0}.', reason),
  pickAnnotation: () => t('What do you want to say of it?'),
  good: () => t('Good'),
  bad: () => t('Bad'),
  addLabel: () => t('Add a label…'),
  logMetric: () => t('Log a metric…'),
  labelPrompt: () => t('Label for the trace'),
  metricNamePrompt: () => t('Name of the metric, e.g. tests_passed'),
  metricValuePrompt: (name: string) => t('Value of {0}', name),
  notANumber: () => t('This has to be a number, e.g. 0.95'),
  scoreOutOfRange: () => t('Candela: a score has to be a number from 0 to 1.'),
  spendNotKnown: (reason: string) => t('Today’s spend is not known. {0}', reason),
  daemonRuns: (url: string) => t('Candela runs at {0}.', url),
  daemonNotStarted: (reason: string) => t('Candela could not be started: {0}', reason),
  chosenDaemonAway: (url: string) =>
    t(
      'nothing answers at {0}, the address in “candela.daemon.url”; start it there, or clear that setting',
      url,
    ),
  noBundledDaemon: () =>
    t(
      'this build of the extension has no daemon in it; start one with "npm start" in the Candela repository',
    ),
  outboxFailed: (reason: string) => t('Candela: kept annotations cannot be read or written: {0}', reason),
  refusedLater: (traceId: string, reason: string) =>
    t('Candela dropped a kept annotation of trace {0}: {1}', traceId, reason),
  calls: {
    /** @param cost the branch's name and cost, `main: $1.20`. */
    branch: (cost: string) => t('Branch {0}', cost),
    stale: (reason: string) => t('These were seen last: {0}', reason),
    title: (traceId: string) => t('Call {0}', traceId),
    noneChosen: () => t('Choose a call in the view “Recent calls” first.'),
    unreadable: (reason: string) => t('This call cannot be shown: {0}', reason),
    copied: () => t('The trace id is in the clipboard.'),
  },
  keys: {
    pickProvider: () => t('Whose key? It is kept in the editor’s secret storage.'),
    stored: () => t('stored'),
    notStored: () => t('not stored'),
    prompt: (provider: string) =>
      t(
        'Key for {0}: the chat sends it through Candela on this machine. Leave it empty to forget it.',
        provider,
      ),
    kept: (provider: string) => t('The key for {0} is kept.', provider),
    forgotten: (provider: string) => t('The key for {0} is forgotten.', provider),
  },
  chat: {
    detail: (provider: string) => t('{0}, through Candela', provider),
    tooltip: (input: string) =>
      t('Calls count against your Candela budget. About {0} tokens fit into the prompt.', input),
  },
  mcpServer: () => t('Candela'),
} as const;
