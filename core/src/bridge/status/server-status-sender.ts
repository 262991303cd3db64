import type { Cancel, Scheduler } from '../../client/scheduler.ts';
import type { ServerStatus } from './server-status.ts';

/** Zed writes each one to its log. */
const PAUSE_MS = 15_000;

/** Sends what changed: a change of health at once, any other when the last one is `PAUSE_MS` old. */
export class ServerStatusSender {
  readonly #send: (status: ServerStatus) => void;
  readonly #scheduler: Scheduler;
  #sent: ServerStatus | undefined;
  #sentAtUnixMs = 0;
  #cancelLater: Cancel = () => {};

  constructor(send: (status: ServerStatus) => void, scheduler: Scheduler) {
    this.#send = send;
    this.#scheduler = scheduler;
  }

  offer(status: ServerStatus): void {
    this.#cancelLater();
    const sent = this.#sent;
    if (sent?.health === status.health && sent.message === status.message) return;
    const waitMs = this.#sentAtUnixMs + PAUSE_MS - this.#scheduler.nowUnixMs();
    if (sent === undefined || sent.health !== status.health || waitMs <= 0) this.#sendNow(status);
    else this.#cancelLater = this.#scheduler.after(waitMs, () => this.#sendNow(status));
  }

  stop(): void {
    this.#cancelLater();
  }

  #sendNow(status: ServerStatus): void {
    this.#sent = status;
    this.#sentAtUnixMs = this.#scheduler.nowUnixMs();
    this.#send(status);
  }
}
