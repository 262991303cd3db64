import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A fake in a process of its own, which ends with its test. */
export interface OwnProcess {
  readonly url: string;
  /** Calls one of its `/_control/` endpoints. @throws Error unless the answer is 200 */
  control(method: string, name: string, body?: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** Runs a script that prints `{"port":…}` on its first line and ends when its stdin does. */
export async function startOwnProcess(main: string, args: readonly string[] = []): Promise<OwnProcess> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const firstLine = once(createInterface({ input: child.stdout }), 'line');
  const ready = await Promise.race([firstLine, exited.then(() => undefined)]);
  if (ready === undefined) throw new Error(`${main} ended before it was ready`);
  const { port } = JSON.parse(String(ready[0])) as { port: number };
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    async control(method, name, body) {
      const answer = await fetch(`${url}/_control/${name}`, {
        method,
        ...(body !== undefined && { body }),
      });
      if (!answer.ok) throw new Error(`${method} /_control/${name}: ${answer.status}`);
      return answer.json();
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
