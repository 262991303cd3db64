import type { CommandHandler } from '../command-context.ts';

/** Asks the daemon now; answers what the status bar then shows. */
export const refresh: CommandHandler = ({ session }) => session().refresh();
