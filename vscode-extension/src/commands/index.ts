import type { CommandHandler } from '../command-context.ts';
import type { CommandId } from '../command-ids.ts';
import { addLabel } from './add-label.ts';
import { annotateTrace } from './annotate-trace.ts';
import { copyTraceId } from './copy-trace-id.ts';
import { logMetric } from './log-metric.ts';
import { markCall } from './mark-call.ts';
import { markLastTrace } from './mark-last-trace.ts';
import { openDashboard } from './open-dashboard.ts';
import { openWalkthrough } from './open-walkthrough.ts';
import { refresh } from './refresh.ts';
import { setProviderKey } from './set-provider-key.ts';
import { showActions } from './show-actions.ts';
import { showBranchCost } from './show-branch-cost.ts';
import { showBudget } from './show-budget.ts';
import { showCall } from './show-call.ts';
import { showCostSummary } from './show-cost-summary.ts';
import { startDaemonCommand } from './start-daemon.ts';

export const COMMANDS: Readonly<Record<CommandId, CommandHandler>> = {
  'candela.showActions': showActions,
  'candela.refresh': refresh,
  'candela.showBudget': showBudget,
  'candela.showCostSummary': showCostSummary,
  'candela.showBranchCost': showBranchCost,
  'candela.openDashboard': openDashboard,
  'candela.startDaemon': startDaemonCommand,
  'candela.markLastTraceGood': markLastTrace({ success: true }),
  'candela.markLastTraceBad': markLastTrace({ success: false }),
  'candela.annotateTrace': annotateTrace,
  'candela.addLabel': addLabel,
  'candela.logMetric': logMetric,
  'candela.markCallGood': markCall({ success: true }),
  'candela.markCallBad': markCall({ success: false }),
  'candela.showCall': showCall,
  'candela.copyTraceId': copyTraceId,
  'candela.setProviderKey': setProviderKey,
  'candela.openWalkthrough': openWalkthrough,
};
