import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type FakeProvider, startFakeProvider } from '../fakes/provider/start.ts';
import { type DaemonOptions, type TestDaemon, startDaemon } from '../harness/daemon.ts';

/** A real daemon between its caller and a fake provider, with a look into what it keeps. */
export interface Rig {
  readonly fake: FakeProvider;
  /** The running one; `restart` puts another in its place. */
  readonly daemon: TestDaemon;
  readonly home: string;
  /** The ledger as its file has it at this moment. */
  ledger(): LedgerState;
  /** Every span, once the daemon has written what is pending. */
  spans(): Promise<SpanState[]>;
  rpc(method: string, request?: object): Promise<Record<string, unknown>>;
  /** Starts a daemon on the same home, after the last one is gone. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Money in nano-dollars, of all users and days. */
export interface LedgerState {
  readonly spent: bigint;
  readonly reserved: bigint;
  readonly reservations: bigint;
  readonly unwrittenSpans: bigint;
}

export interface SpanState {
  readonly spanId: string;
  readonly cost: bigint;
  readonly status: string;
}

export async function startRig(options: Omit<DaemonOptions, 'providers' | 'home'> = {}): Promise<Rig> {
  const home = await mkdtemp(join(tmpdir(), 'candela-gateway-'));
  const fake = await startFakeProvider({ openaiKeys: null, anthropicKeys: null });
  const start = (): Promise<TestDaemon> =>
    startDaemon({
      ...options,
      home,
      providers: [
        { name: 'openai', upstream: fake.url },
        { name: 'anthropic-direct', upstream: fake.url },
      ],
    });
  let daemon: TestDaemon;
  try {
    daemon = await start();
  } catch (cause) {
    await fake.stop();
    throw cause;
  }
  const rpc = async (method: string, request: object = {}): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${daemon.url}/candela.v1.${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    const value = (await answer.json()) as Record<string, unknown>;
    if (!answer.ok) throw new Error(`${method}: ${answer.status} ${JSON.stringify(value)}`);
    return value;
  };
  return {
    fake,
    get daemon() {
      return daemon;
    },
    home,
    ledger: () => ledgerIn(home),
    async spans() {
      // Whoever reads through the daemon has the pending spans written first.
      await rpc('TraceService/SearchSpans', { pagination: { pageSize: 1 } });
      return spansIn(home);
    },
    rpc,
    async restart() {
      daemon = await start();
    },
    async close() {
      await daemon.stop();
      await fake.stop();
      await rm(home, { recursive: true });
    },
  };
}

/** What all spans say the calls cost. */
export function totalCost(spans: readonly SpanState[]): bigint {
  return spans.reduce((sum, span) => sum + span.cost, 0n);
}

/** The `X-Candela-Cost-Usd` of an answer, in nano-dollars. */
export function nanoUsd(decimalUsd: string): bigint {
  const [whole = '', fraction = ''] = decimalUsd.split('.');
  return BigInt(whole + fraction.padEnd(9, '0'));
}

export function ledgerIn(home: string): LedgerState {
  return reading(join(home, 'state.db'), (db) => {
    const statement = db.prepare(
      `SELECT (SELECT coalesce(sum(spent_nano_usd + grants_spent_nano_usd), 0) FROM budget_periods) AS spent,
              (SELECT coalesce(sum(reserved_nano_usd), 0) FROM budget_periods) AS reserved,
              (SELECT count(*) FROM reservations) AS reservations,
              (SELECT count(*) FROM span_outbox) AS unwrittenSpans`,
    );
    statement.setReadBigInts(true);
    return { ...statement.get() } as unknown as LedgerState;
  });
}

export function spansIn(home: string): SpanState[] {
  return reading(join(home, 'traces.db'), (db) => {
    const statement = db.prepare('SELECT span_id AS spanId, gen_ai_cost_nano_usd AS cost, status FROM spans');
    statement.setReadBigInts(true);
    return statement.all().map((row) => ({ ...row }) as unknown as SpanState);
  });
}

function reading<T>(path: string, read: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    return read(db);
  } finally {
    db.close();
  }
}
