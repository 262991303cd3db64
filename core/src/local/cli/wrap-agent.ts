import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { vcsLabels } from '../../client/node/vcs-labels.ts';
import { agentLaunch, programName } from './agent-launch.ts';
import type { Cli } from './cli.ts';
import type { LocalConfig } from '../local-config.ts';
import { configOf, ensureDaemon } from './ensure-daemon.ts';

/**
 * The program that made a call, in OpenTelemetry's words.
 * https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/
 */
const AGENT_LABEL = 'gen_ai.agent.name';

/** Told to us alone; whoever sends them means the program. */
const FORWARDED: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR2'];
/** A terminal tells the program too, when these come from its keys; once is enough. */
const FROM_KEYS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/** Providers that answer Anthropic's own format in full. */
const ANTHROPIC_NATIVE: ReadonlySet<string> = new Set([
  'anthropic-direct',
  'anthropic-vertex',
  'anthropic-bedrock',
]);

/** Where there are several, or a team's server has them, the model's name has to decide. */
function anthropicProviderOf({ remote, providers }: LocalConfig): string | undefined {
  const names = providers.map((entry) => (typeof entry === 'string' ? entry : entry.name));
  const [only, ...more] = names.filter((name) => ANTHROPIC_NATIVE.has(name));
  return remote === undefined && more.length === 0 ? only : undefined;
}

/**
 * Runs a program with its calls going through the gateway, which is started if none runs. Resolves with what a shell
 * would have for the program's exit code: 128 and the signal's number where one ended it, 127 where there is no such
 * program, 126 where it may not be run.
 */
export async function wrapAgent(cli: Cli, command: string, args: readonly string[]): Promise<number> {
  const config = configOf(cli);
  const { url } = await ensureDaemon(cli, { demo: false, config });
  const labels = config.labels ? { ...(await vcsLabels(cli.cwd)), [AGENT_LABEL]: programName(command) } : {};
  const anthropicProvider = anthropicProviderOf(config);
  const launch = agentLaunch({ url, labels, anthropicProvider, command, args, env: cli.env });
  const child = spawn(command, [...launch.args], { env: launch.env, stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  const stayForChild = (signal: NodeJS.Signals): void => {
    if (!cli.stdin.isTTY) forward(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  for (const signal of FROM_KEYS) process.on(signal, stayForChild);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) =>
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
      );
    });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EACCES') throw cause;
    cli.stderr.write(
      code === 'ENOENT'
        ? `candela: there is no program ${JSON.stringify(command)} on the PATH\n`
        : `candela: ${JSON.stringify(command)} may not be run: is it a program?\n`,
    );
    return code === 'ENOENT' ? 127 : 126;
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward);
    for (const signal of FROM_KEYS) process.off(signal, stayForChild);
  }
}
