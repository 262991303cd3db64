/** Every sentence of the bridges' own; those about spend are in `core/src/client/texts.ts`. */
export const messages = {
  actions: {
    markGood: 'Candela: mark the last call good',
    markBad: 'Candela: mark the last call bad',
    annotate: 'Candela: annotate a call…',
    showSpend: 'Candela: show today’s spend',
    openDashboard: 'Candela: open the dashboard',
  },
  pickTrace: 'Which call?',
  pickTraceStale: (reason: string) => `Which call? Those seen last (${reason})`,
  pickOutcome: (trace: string) => `How was it? ${trace}`,
  good: 'Good',
  bad: 'Bad',
  noTraces: 'There is no call yet: make one through Candela first.',
  noTracesOffline: (reason: string) => `No call is known, and none can be asked for: ${reason}.`,
  spendNotKnown: (reason: string) => `Today’s spend is not known. ${reason}`,
  noCallsOfBranch: (branch: string) => `${branch}: no labelled call yet`,
  noBranch: (folder: string) => `${folder} is on no branch of a git repository`,
  branchCostNotKnown: (reason: string) => `What the branch cost is not known: ${reason}`,
  dashboardAt: (url: string) => `Candela’s dashboard is at ${url}`,
  caughtUp: (count: number) =>
    count === 1 ? '1 kept annotation has been sent.' : `${count} kept annotations have been sent.`,
  refusedLater: (traceId: string, reason: string) =>
    `Candela dropped a kept annotation of trace ${traceId}: ${reason}`,
  outboxFailed: (reason: string) => `kept annotations cannot be read or written: ${reason}`,
  daemonNotStarted: (reason: string) => `Candela could not be started: ${reason}`,
  noDaemonProgram:
    'no daemon answers, and this bridge has none with it; start one with "candela start", or "npm start" in the repository',
  notInitialized: 'send "initialize" first',
  alreadyInitialized: '"initialize" came a second time',
  shutDown: 'this bridge was shut down; start another',
  parentGone: (processId: number | null) => `the editor (process ${processId}) is gone; ending`,
  inputEnded: 'standard input ended without "exit"; ending',
  outputFailed: (reason: string) => `standard output cannot be written: ${reason}; ending`,
  notAnswered: 'not JSON-RPC 2.0',
} as const;
