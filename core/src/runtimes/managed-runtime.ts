import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logger.ts';
import { isOnThisMachine } from './is-on-this-machine.ts';
import type { BackendName } from './usual-upstreams.ts';
import { findBinary } from './find-binary.ts';
import type { RuntimeBackend } from './runtime-backend.ts';
import { RuntimeError } from './runtime-error.ts';
import { RuntimeProcess } from './runtime-process.ts';

/** A runtime on this machine answers at once or not at all. */
const PROBE_MS = 2_000;

/** A start is waited for so long; what takes longer goes on, and shows as `starting`. */
const START_WAIT_MS = 5_000;

/** `lms server start` may have to start LM Studio first. */
const COMMAND_MS = 60_000;

const LOOK_EVERY_MS = 100;

const ENDING_MS = 3_000;

export type RuntimeState = 'stopped' | 'starting' | 'running' | 'error';

/** A runtime at one moment. */
export interface RuntimeStatus {
  readonly state: RuntimeState;
  readonly backend: BackendName;
  readonly endpoint: string;
  /** Since Candela started it; 0 for one that somebody else did. */
  readonly uptimeSeconds: number;
  /** Why its state is `error`; else empty. */
  readonly error: string;
  readonly checkedAtUnixMs: number;
  /** Whether Candela has started it, and so may stop it. */
  readonly isOurs: boolean;
}

export interface ManagedRuntimeOptions {
  readonly backend: RuntimeBackend;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  /** Called when it has ended by itself. */
  readonly onChange: () => void;
  /** Why it cannot be where it is said to be; absent: it can. */
  readonly blocked?: string | undefined;
}

type Answer =
  { readonly kind: 'runs' } | { readonly kind: 'silent' | 'cut' | 'wrong'; readonly problem: string };

/** One runtime of this machine, whoever started it. Only what was started here is ever stopped. */
export class ManagedRuntime {
  readonly backend: RuntimeBackend;
  readonly #options: ManagedRuntimeOptions;
  #process: RuntimeProcess | undefined;
  /** Started by a command that has ended since, as LM Studio is. */
  #startedByCommandAtMs: number | undefined;
  #hasAnswered = false;
  #failure = '';
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ManagedRuntimeOptions) {
    this.#options = options;
    this.backend = options.backend;
  }

  get isOurs(): boolean {
    return this.#process?.isAlive === true || this.#startedByCommandAtMs !== undefined;
  }

  async status(): Promise<RuntimeStatus> {
    const { blocked } = this.#options;
    if (blocked !== undefined) return this.#as('stopped');
    const answer = await this.#ask();
    if (answer.kind === 'runs') {
      this.#hasAnswered = true;
      return this.#as('running');
    }
    if (this.#hasAnswered && answer.kind !== 'wrong' && this.#process?.isAlive === true) {
      // It lets go of port and connections before the system says that it has ended, and why is known later still.
      await orAfter(ENDING_MS, this.#process.ended);
    }
    if (this.#process?.isAlive === true) {
      return this.#hasAnswered ? this.#as('error', `it runs, but ${answer.problem}`) : this.#as('starting');
    }
    if (this.#failure !== '') return this.#as('error', this.#failure);
    if (this.#startedByCommandAtMs !== undefined) {
      return this.#hasAnswered ? this.#as('error', answer.problem) : this.#as('starting');
    }
    return answer.kind === 'silent' ? this.#as('stopped') : this.#as('error', answer.problem);
  }

  /**
   * Starts it, unless it runs. Resolves once it answers, has failed, or five seconds are over.
   *
   * @param model for a runtime that serves one.
   * @throws RuntimeError if it is not installed, or needs a model
   */
  start(model?: string): Promise<RuntimeStatus> {
    return this.#inTurn(async () => {
      const before = await this.status();
      if (before.state === 'running' || this.#process?.isAlive === true) return before;
      return this.#launch(model);
    });
  }

  /** Stops what was started here and starts it with this model. @throws RuntimeError if somebody else started it */
  restart(model: string): Promise<RuntimeStatus> {
    return this.#inTurn(async () => {
      const { state } = await this.status();
      if (state === 'running' && !this.isOurs) throw this.#somebodyElses('restart');
      await this.#end();
      return this.#launch(model);
    });
  }

  /** Stops it; nothing to do where it does not run. @throws RuntimeError if somebody else started it */
  stop(): Promise<RuntimeStatus> {
    return this.#inTurn(async () => {
      const { state } = await this.status();
      if (state === 'running' && !this.isOurs) throw this.#somebodyElses('stop');
      const wasOurs = this.isOurs;
      await this.#end();
      return wasOurs ? this.#untilGone() : this.status();
    });
  }

  /** Stops it if it was started here. One that will not stop is left, and named in the log. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#end();
      } catch (cause) {
        if (!(cause instanceof RuntimeError)) throw cause;
        this.#options.logger.warn(
          { backend: this.backend.name, reason: cause.message },
          'a model runtime was left running',
        );
      }
    });
  }

  /** @throws RuntimeError `failed_precondition` */
  findBinary(): string {
    const { backend, env, blocked } = this.#options;
    if (blocked !== undefined) throw new RuntimeError('failed_precondition', blocked);
    if (!isOnThisMachine(backend.endpoint)) {
      throw new RuntimeError(
        'failed_precondition',
        `${backend.title} at ${backend.endpoint} is not on this machine: start it there`,
      );
    }
    const binary = findBinary(backend.binary, env);
    if (binary !== undefined) return binary;
    throw new RuntimeError(
      'failed_precondition',
      `${backend.title} is not installed: there is no \`${backend.binary}\` on PATH; ${backend.installHint}`,
    );
  }

  async #launch(model: string | undefined): Promise<RuntimeStatus> {
    const { backend, env, logger } = this.#options;
    const binary = this.findBinary();
    const launch = backend.launch(model);
    this.#failure = '';
    this.#hasAnswered = false;
    const started = new RuntimeProcess({ binary, args: launch.args, env: { ...env, ...launch.env } });
    logger.info({ backend: backend.name, endpoint: backend.endpoint }, 'started a model runtime');
    if (launch.kind === 'command') return this.#afterCommand(started);
    this.#process = started;
    void started.ended.then(({ reason }) => {
      // One that was stopped is not ours any more.
      if (this.#process !== started) return;
      this.#failure = reason;
      logger.warn({ backend: backend.name, reason }, 'a model runtime ended by itself');
      this.#options.onChange();
    });
    return this.#untilSettled();
  }

  async #afterCommand(command: RuntimeProcess): Promise<RuntimeStatus> {
    const end = await orAfter(COMMAND_MS, command.ended);
    if (end === undefined) await command.stop();
    if (end?.exitCode === 0) this.#startedByCommandAtMs = performance.now();
    else this.#failure = end?.reason ?? `\`${this.backend.binary}\` did not come to an end within a minute`;
    return this.#untilSettled();
  }

  async #untilSettled(): Promise<RuntimeStatus> {
    const deadlineMs = performance.now() + START_WAIT_MS;
    for (;;) {
      const status = await this.status();
      if (status.state !== 'starting' || performance.now() > deadlineMs) return status;
      await orAfter(LOOK_EVERY_MS, this.#process?.ended ?? Promise.withResolvers<never>().promise);
    }
  }

  /** What a command has stopped may answer for a moment yet. */
  async #untilGone(): Promise<RuntimeStatus> {
    const deadlineMs = performance.now() + START_WAIT_MS;
    for (;;) {
      const status = await this.status();
      if (status.state === 'stopped' || performance.now() > deadlineMs) return status;
      await delay(LOOK_EVERY_MS);
    }
  }

  async #end(): Promise<void> {
    const { backend, env } = this.#options;
    const ending = this.#process;
    this.#process = undefined;
    this.#failure = '';
    this.#hasAnswered = false;
    await ending?.stop();
    if (this.#startedByCommandAtMs === undefined) return;
    this.#startedByCommandAtMs = undefined;
    const command = new RuntimeProcess({ binary: this.findBinary(), args: backend.stopArgs ?? [], env });
    const end = await orAfter(COMMAND_MS, command.ended);
    if (end?.exitCode === 0) return;
    await command.stop();
    throw new RuntimeError(
      'unavailable',
      `${backend.title} did not stop: ${end?.reason ?? 'it takes too long'}`,
    );
  }

  async #ask(): Promise<Answer> {
    const signal = AbortSignal.timeout(PROBE_MS);
    try {
      await this.backend.probe(signal);
      return { kind: 'runs' };
    } catch (cause) {
      const { title, endpoint } = this.backend;
      if (signal.aborted)
        return { kind: 'wrong', problem: `${title} does not answer at ${endpoint} within 2 s` };
      if (!(cause instanceof RuntimeError)) throw cause;
      if (cause.kind === 'not_found') {
        return {
          kind: 'wrong',
          problem: `what answers at ${endpoint} is not ${title}: stop it, or say in local_upstream where ${title} is`,
        };
      }
      return { kind: kindOf(cause), problem: cause.message };
    }
  }

  #as(state: RuntimeState, error = ''): RuntimeStatus {
    const startedAtMs =
      this.#process?.isAlive === true ? this.#process.startedAtMs : this.#startedByCommandAtMs;
    return {
      ...{ state, error, isOurs: this.isOurs },
      backend: this.backend.name,
      endpoint: this.backend.endpoint,
      uptimeSeconds:
        startedAtMs === undefined || state !== 'running' ? 0 : (performance.now() - startedAtMs) / 1000,
      checkedAtUnixMs: Date.now(),
    };
  }

  #somebodyElses(what: string): RuntimeError {
    const { title, endpoint } = this.backend;
    return new RuntimeError(
      'failed_precondition',
      `${title} at ${endpoint} was not started by Candela, which stops nothing that it did not start: ${what} it where it was started`,
    );
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** Node's and undici's words for a connection that ended before the answer did. */
const CUT: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'HPE_INVALID_EOF_STATE']);

function kindOf(error: RuntimeError): 'silent' | 'cut' | 'wrong' {
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'silent';
  return CUT.has(code ?? '') ? 'cut' : 'wrong';
}

/** What `work` resolves with; `undefined` if the time is over first. */
async function orAfter<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
