import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { waitUntil } from '../harness/wait-until.ts';

/** What a user would see, as `test/jetbrains/java` reports it. */
export interface IdeEvent {
  readonly event: 'widget' | 'notification' | 'popup' | 'browser' | 'processes' | 'quit';
  readonly thread: string;
  readonly window?: string;
  /** Of the widget; its tooltip is HTML. */
  readonly text?: string;
  readonly tooltip?: string;
  readonly icon?: string;
  /** Of a notification; its content is HTML. */
  readonly type?: 'INFORMATION' | 'WARNING' | 'ERROR';
  readonly content?: string;
  /** Of a popup. */
  readonly title?: string;
  readonly items?: readonly string[];
  readonly url?: string;
  readonly ids?: readonly number[];
}

export interface IdeOptions {
  readonly java: string;
  readonly classPath: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A Java process in which the packaged plugin runs before an IDE that is none. */
export class Ide {
  readonly events: IdeEvent[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown>;
  #stderr = '';

  constructor({ java, classPath, env }: IdeOptions) {
    const main = 'dev.candela.jetbrains.testing.IdeMain';
    // Enough for the plugin, and not for a line that it should have refused.
    const args = ['-Xmx48m', '-XX:TieredStopAtLevel=1', '-Dfile.encoding=UTF-8', '-Dstdout.encoding=UTF-8'];
    this.#child = spawn(java, [...args, '-classpath', classPath, main], {
      env: { METADATA_SERVER_DETECTION: 'none', ...env },
      stdio: 'pipe',
    });
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.#ended = once(this.#child, 'close');
    createInterface({ input: this.#child.stdout }).on('line', (line) =>
      this.events.push(JSON.parse(line) as IdeEvent),
    );
  }

  /** What the plugin wrote to the console or threw where nobody caught it. */
  stderr(): string {
    return this.#stderr;
  }

  order(what: string, details: Readonly<Record<string, string>> = {}): void {
    this.#child.stdin.write(`${JSON.stringify({ do: what, ...details })}\n`);
  }

  of(kind: IdeEvent['event']): readonly IdeEvent[] {
    return this.events.filter(({ event }) => event === kind);
  }

  /** The first event like that which there is or comes, from the given place on. */
  event(what: string, isWanted: (event: IdeEvent) => boolean, from = 0): Promise<IdeEvent> {
    return waitUntil({
      what,
      probe: () => this.events.slice(from).find(isWanted),
      state: () => `${JSON.stringify(this.events.slice(-4))}; stderr: ${this.#stderr}`,
    });
  }

  /** What the widget shows, once that is as wanted. */
  widget(what: string, isWanted: (text: string) => boolean, window = 'a'): Promise<IdeEvent> {
    return waitUntil({
      what: `a widget ${what}`,
      probe: () => {
        const newest = this.of('widget').findLast((event) => event.window === window);
        return newest !== undefined && isWanted(newest.text ?? '') ? newest : undefined;
      },
      state: () => `${JSON.stringify(this.events.slice(-4))}; stderr: ${this.#stderr}`,
    });
  }

  /** The processes that the plugin has started and that are still there. */
  async processes(): Promise<readonly number[]> {
    const from = this.events.length;
    this.order('processes');
    return (await this.event('the processes', ({ event }) => event === 'processes', from)).ids ?? [];
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
