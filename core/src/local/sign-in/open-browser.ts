import { spawn } from 'node:child_process';

/** What opens an address in the browser of its user, by `process.platform`. */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  // Not `cmd /c start`, which reads `&` in an address as the end of a command.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Resolves with whether a browser was asked to; never rejects. */
export function openBrowser(url: string): Promise<boolean> {
  const [program = '', ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const child = spawn(program, [...args, url], { detached: true, stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
    child.unref();
  });
}
