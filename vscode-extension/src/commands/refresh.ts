import type { CommandHandler } from '../command-context.ts';

/** Asks the daemon now, for outcomes that others set too; answers what the status bar then shows. */
export const refresh: CommandHandler = async ({ session, recentCalls }) => {
  const status = await session().refresh();
  await recentCalls.refresh();
  return status;
};
