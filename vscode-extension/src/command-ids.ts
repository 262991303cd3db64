/** Every command of the extension; the manifest declares the same ones, which a test checks. */
export const COMMAND_IDS = [
  'candela.showActions',
  'candela.refresh',
  'candela.showBudget',
  'candela.showCostSummary',
  'candela.showBranchCost',
  'candela.openDashboard',
  'candela.startDaemon',
  'candela.markLastTraceGood',
  'candela.markLastTraceBad',
  'candela.annotateTrace',
  'candela.addLabel',
  'candela.logMetric',
  'candela.markCallGood',
  'candela.markCallBad',
  'candela.showCall',
  'candela.copyTraceId',
  'candela.setProviderKey',
  'candela.openWalkthrough',
] as const;

export type CommandId = (typeof COMMAND_IDS)[number];
