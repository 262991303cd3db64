import { costSummary } from '@candela/core/client';
import type { CommandHandler } from '../command-context.ts';
import { messages } from '../messages.ts';
import { showReport } from './show-report.ts';

/** Lists today's cost by model. */
export const showCostSummary: CommandHandler = (context, args) =>
  showReport(context, args, messages.costTitle(), ({ usage }) => usage && costSummary(usage));
