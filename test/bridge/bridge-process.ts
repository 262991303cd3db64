import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
const built = (path: string) => fileURLToPath(new URL(path, root));

/** The programs as they are shipped. */
export const JETBRAINS_BRIDGE = built('jetbrains-bridge/dist/candela-jetbrains-bridge.js');
export const ZED_BRIDGE = built('zed-bridge/dist/candela-zed-bridge.js');
export const CANDELA = built('core/dist/candela.js');

export interface BridgeProcess {
  readonly child: ChildProcessWithoutNullStreams;
  stderr(): string;
  /** Resolves with the exit code, `null` after a signal. */
  readonly exited: Promise<number | null>;
  /** SIGKILL, unless it has ended; resolves when it is gone. */
  end(): Promise<void>;
}

/** Runs a bridge as an editor does: three pipes, and little of the environment. */
export function spawnBridge(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): BridgeProcess {
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env['PATH'], METADATA_SERVER_DETECTION: 'none', ...env },
    stdio: 'pipe',
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  // A bridge that ends breaks the pipe that a test may still write to.
  child.stdin.on('error', () => {});
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    stderr: () => said,
    exited,
    async end() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
