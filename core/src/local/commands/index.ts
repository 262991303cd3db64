import type { CommandFactory } from '../cli/cli.ts';
import { annotateCommand } from './annotate.ts';
import { authCommand } from './auth.ts';
import { bridgeCommand } from './bridge.ts';
import { budgetCommand } from './budget.ts';
import { completionCommand } from './completion.ts';
import { costCommand } from './cost.ts';
import { mcpCommand } from './mcp.ts';
import { runCommand } from './run.ts';
import { runtimeCommand } from './runtime.ts';
import { setupCommand } from './setup.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { stopCommand } from './stop.ts';
import { tracesCommand } from './traces.ts';
import { versionCommand } from './version.ts';
import { wrapCommand } from './wrap.ts';

/** Every command, in the order in which `candela --help` lists them: one file each. */
export const COMMANDS: readonly CommandFactory[] = [
  startCommand,
  stopCommand,
  statusCommand,
  runCommand,
  wrapCommand,
  budgetCommand,
  costCommand,
  tracesCommand,
  annotateCommand,
  authCommand,
  runtimeCommand,
  setupCommand,
  bridgeCommand,
  mcpCommand,
  completionCommand,
  versionCommand,
];
