/** Every command of the extension; the manifest declares the same ones, which a test checks. */
export const COMMAND_IDS = [
  'candela.showActions',
  'candela.refresh',
  'candela.showBudget',
  'candela.showCostSummary',
  'candela.openDashboard',
  'candela.startDaemon',
  'candela.markLastTraceGood',
  'candela.markLastTraceBad',
  'candela.annotateTrace',
  'candela.addLabel',
  'candela.logMetric',
] as const;

export type CommandId = (typeof COMMAND_IDS)[number];
