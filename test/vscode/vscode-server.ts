import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcessGroup } from '../harness/process-group.ts';
import { waitUntil } from '../harness/wait-until.ts';
import type { CodeServer } from './code-server.ts';

const START_TIMEOUT_MS = 120_000;
const INSTALL_TIMEOUT_MS = 180_000;
const LISTENING = /Extension host agent listening on (\d+)/;

export interface VscodeServerOptions {
  readonly codeServer: Extract<CodeServer, { available: true }>;
  /** Environment of the server, and so of the extension host; added to a clean one (PATH, HOME in `folder`). */
  readonly env?: Readonly<Record<string, string>>;
  /** User settings, as in `settings.json`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Paths of `.vsix` files to install before the start. */
  readonly extensions?: readonly string[];
}

/** A VS Code server of its own: fresh data, fresh extensions, fresh HOME, all gone after `stop`. */
export interface VscodeServer {
  /** `127.0.0.1:<port>`, the authority of `vscode-remote://` addresses too. */
  readonly authority: string;
  /** A temporary folder that lives as long as the server: `home/`, `workspace/` and the server's own data. */
  readonly folder: string;
  /** An empty workspace folder to open. */
  readonly workspace: string;
  /** What the server has printed. */
  output(): string;
  stop(): Promise<void>;
}

/**
 * Starts VS Code's own server (not code-server's wrapper, which refuses the flag) with the smoke-test driver on: only
 * then does the workbench read `extensionTestsPath` from its address.
 */
export async function startVscodeServer(options: VscodeServerOptions): Promise<VscodeServer> {
  const folder = await mkdtemp(join(tmpdir(), 'candela-vscode-'));
  const home = join(folder, 'home');
  const workspace = join(folder, 'workspace');
  // VS Code leaves its sockets in the temporary folder; here they go with the rest.
  const temporary = join(folder, 'tmp');
  // A remote window reads settings of the scope "machine" from the second place only.
  const settingsFolders = ['User', 'Machine'].map((scope) => join(folder, 'server/data', scope));
  try {
    for (const path of [home, workspace, temporary, ...settingsFolders])
      await mkdir(path, { recursive: true });
    for (const path of settingsFolders)
      await writeFile(join(path, 'settings.json'), JSON.stringify({ ...QUIET, ...options.settings }));
    const program = {
      command: options.codeServer.node,
      env: { PATH: process.env['PATH'], HOME: home, TMPDIR: temporary, LANG: 'C.UTF-8', ...options.env },
      cwd: folder,
    };
    const serverArgs = [
      options.codeServer.serverMain,
      '--accept-server-license-terms',
      `--server-data-dir=${join(folder, 'server')}`,
      `--extensions-dir=${join(folder, 'extensions')}`,
    ];
    if (options.extensions?.length) await installExtensions(program, serverArgs, options.extensions);
    const server = startProcessGroup({
      ...program,
      args: [
        ...serverArgs,
        '--host=127.0.0.1',
        '--port=0',
        '--without-connection-token',
        '--enable-smoke-test-driver',
        '--disable-telemetry',
        '--disable-workspace-trust',
      ],
    });
    const stop = async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    };
    const port = await listeningPort(server).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
    return { authority: `127.0.0.1:${port}`, folder, workspace, output: () => server.output(), stop };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Settings without which a fresh VS Code covers the window with things of its own, or goes out to the network. */
const QUIET: Readonly<Record<string, unknown>> = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'chat.commandCenter.enabled': false,
};

async function installExtensions(
  program: { command: string; env: NodeJS.ProcessEnv; cwd: string },
  serverArgs: readonly string[],
  extensions: readonly string[],
): Promise<void> {
  const args = [...serverArgs, ...extensions.flatMap((path) => ['--install-extension', path])];
  const installer = startProcessGroup({ ...program, args });
  const deadline = setTimeout(() => void installer.stop(), INSTALL_TIMEOUT_MS);
  const code = await installer.exited.finally(() => clearTimeout(deadline));
  if (code !== 0 || !installer.output().includes('successfully installed'))
    throw new Error(`VS Code did not install ${extensions.join(', ')}: ${installer.output()}`);
}

async function listeningPort(server: {
  output(): string;
  readonly exited: Promise<number | null>;
}): Promise<number> {
  const ended = server.exited.then((code) => {
    throw new Error(`the VS Code server ended with code ${code} at start: ${server.output()}`);
  });
  const port = waitUntil({
    what: "the VS Code server's port",
    timeoutMs: START_TIMEOUT_MS,
    probe: () => LISTENING.exec(server.output())?.[1],
    state: () => server.output(),
  });
  return Number(await Promise.race([port, ended]));
}
