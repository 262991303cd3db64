import { mkdirSync } from 'node:fs';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { NO_CATALOG } from '../../core/src/catalog/catalog-index.ts';
import { systemClock } from '../../core/src/clock.ts';
import { Accounts } from '../../core/src/gateway/gates/accounts.ts';
import { parseBody } from '../../core/src/gateway/gates/body.ts';
import { reserveBudget } from '../../core/src/gateway/gates/budget.ts';
import { CircuitBreaker } from '../../core/src/gateway/gates/circuit-breaker.ts';
import { knownModel, requestedModel } from '../../core/src/gateway/gates/model.ts';
import { pricedModel } from '../../core/src/gateway/gates/priced.ts';
import { limitRate } from '../../core/src/gateway/gates/rate-limit.ts';
import { capRequestCost } from '../../core/src/gateway/gates/request-cost-cap.ts';
import { activeUser } from '../../core/src/gateway/gates/user-active.ts';
import { createOpenAi } from '../../core/src/gateway/providers/openai.ts';
import { routeAt, type ModelRoute } from '../../core/src/gateway/route.ts';
import { nanoUsdFromUsd } from '../../core/src/money/index.ts';
import {
  createPriceBook,
  inputTokenBound,
  outputTokenCap,
  worstCostOf,
} from '../../core/src/pricing/index.ts';
import { LEDGER_SCHEMA } from '../../core/src/storage/sqlite/ledger-schema.ts';
import { SqliteLedger } from '../../core/src/storage/sqlite/ledger.ts';
import { openDatabase } from '../../core/src/storage/sqlite/open.ts';
import { RATE_WINDOW_SCHEMA } from '../../core/src/storage/sqlite/rate-window-schema.ts';
import { createSqliteRateWindows } from '../../core/src/storage/sqlite/rate-windows.ts';
import { USER_SCHEMA } from '../../core/src/storage/sqlite/user-schema.ts';
import { createSqliteUserStore } from '../../core/src/storage/sqlite/user-store.ts';
import { bodyOf } from './scenarios.ts';
import { textTable } from './table.ts';

export interface GateCost {
  readonly gate: string;
  /** CPU time of one passage, all threads. */
  readonly cpuUs: number;
}

const PASSAGES = 20_000;
/** Passages under way at a time, as under load: what comes in one turn shares a transaction. */
const AT_A_TIME = 8;

/** What each gate costs a call that it lets through, each by itself, over the real stores in `folder`. */
export async function measureGates(folder: string, scale: number): Promise<readonly GateCost[]> {
  mkdirSync(folder, { recursive: true });
  const db = openDatabase({
    path: join(folder, 'state.db'),
    schema: [LEDGER_SCHEMA, USER_SCHEMA, RATE_WINDOW_SCHEMA],
  });
  const clock = systemClock;
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const ledger = new SqliteLedger({ db, clock, logger, timeZone: 'UTC', withoutBudget: 'deny' });
  const users = createSqliteUserStore(db);
  try {
    const user = await users.ensure({
      ...{ id: 'ada', email: 'ada@example.com', displayName: 'Ada', role: 'developer', status: 'active' },
      ...{ rateLimit: 1e9, createdAtUnixMs: 0 },
    });
    await ledger.setBudget(user.id, nanoUsdFromUsd(1_000_000));
    const accounts = new Accounts(users, clock);
    const windows = createSqliteRateWindows(db);
    const prices = createPriceBook({});
    const provider = createOpenAi({});
    const circuits = new CircuitBreaker({ clock, logger });
    const req = new IncomingMessage(new Socket());
    const body = Buffer.from(bodyOf({}));
    const { json } = parseBody(req, body);
    const known = { catalog: NO_CATALOG, prices };
    const routed = (): ModelRoute => {
      const asked = requestedModel(json);
      const route = routeAt(provider, asked, known);
      knownModel(asked, route, prices);
      return route;
    };
    const model = pricedModel(routed(), prices);
    const worst = nanoUsdFromUsd(0.001);

    const gates: readonly [string, () => unknown][] = [
      ['user active', () => activeUser(accounts, user.id)],
      ['rate limit', () => limitRate(windows, user, clock)],
      ['body readable', () => parseBody(req, body)],
      ['model known and priced', () => pricedModel(routed(), prices)],
      [
        'request cost',
        () =>
          capRequestCost(
            worstCostOf({
              model,
              inputTokenBound: inputTokenBound(body.length, json, model),
              outputTokenCap: outputTokenCap(json, model, 16_384, '/v1/chat/completions'),
            }),
            worst,
          ),
      ],
      [
        'budget: reserve and release',
        async () => (await reserveBudget(ledger, { userId: user.id, amount: worst })).reservation.release(),
      ],
      [
        'circuit',
        () => {
          using pass = circuits.admit('openai');
          pass.answered(200);
        },
      ],
    ];
    const costs: GateCost[] = [];
    for (const [gate, pass] of gates) {
      await passOften(pass, PASSAGES * scale * 0.25);
      costs.push({ gate, cpuUs: await passOften(pass, PASSAGES * scale) });
    }
    return costs;
  } finally {
    await ledger.close();
    await users.close();
    db.close();
  }
}

/** Answers the CPU time of one passage in microseconds. */
async function passOften(pass: () => unknown, times: number): Promise<number> {
  const turns = Math.ceil(times / AT_A_TIME);
  const before = process.cpuUsage();
  for (let turn = 0; turn < turns; turn++) {
    await Promise.all(Array.from({ length: AT_A_TIME }, () => pass()));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (turns * AT_A_TIME);
}

/** One block, none for no figures. */
export function gatesBlocks(costs: readonly GateCost[]): readonly string[] {
  if (costs.length === 0) return [];
  const rows = costs.map(({ gate, cpuUs }) => [gate, cpuUs.toFixed(1)]);
  return [`gates: what each costs a call that it lets through\n${textTable([['', 'CPU µs'], ...rows])}`];
}
