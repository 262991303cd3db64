import { budgetReport } from '@candela/core/client';
import type { CommandHandler } from '../command-context.ts';
import { messages } from '../messages.ts';
import { showReport } from './show-report.ts';

/** Lists budget, rest and grants. */
export const showBudget: CommandHandler = (context, args) =>
  showReport(context, args, messages.budgetTitle(), (figures) => budgetReport(figures));
