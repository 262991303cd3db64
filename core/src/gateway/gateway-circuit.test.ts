import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DatabaseSync } from 'node:sqlite';
import { createPriceBook } from '../pricing/index.ts';
import { nano } from '../storage/contract-suites/span-fixture.ts';
import { LEDGER_SCHEMA } from '../storage/sqlite/ledger-schema.ts';
import { SqliteLedger } from '../storage/sqlite/ledger.ts';
import { openDatabase } from '../storage/sqlite/open.ts';
import { manualClock, type ManualClock } from '../testing/manual-clock.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { createGateway } from './gateway.ts';
import { createOpenAi } from './providers/openai.ts';
import { Upstream } from './upstream.ts';

type Answer = (req: IncomingMessage, res: ServerResponse) => void;

/** What a real daemon shows only after thirty seconds. */
describe('gateway, when a provider is down and comes back', () => {
  let db: DatabaseSync;
  let ledger: SqliteLedger;
  let upstream: Upstream;
  let clock: ManualClock;
  let answer: Answer;
  let asked: number;
  let url: string;
  const servers: Server[] = [];
  const listen = async (handler: Answer): Promise<string> => {
    const server = createServer(handler).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const down: Answer = (_req, res) => void res.writeHead(500).end('{}');
  const up: Answer = (_req, res) =>
    void res.end('{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}');

  beforeEach(async () => {
    const { logger } = recordedLog();
    clock = manualClock('2026-11-21T12:00:00Z');
    db = openDatabase({ path: ':memory:', schema: [LEDGER_SCHEMA] });
    ledger = new SqliteLedger({ db, clock, logger, timeZone: 'UTC', withoutBudget: 'deny' });
    await ledger.setBudget('ada', nano(1_000_000_000n));
    upstream = new Upstream();
    asked = 0;
    const provider = createOpenAi({
      upstream: await listen((req, res) => {
        asked += 1;
        answer(req, res);
      }),
    });
    const gateway = createGateway({
      ...{ ledger, upstream, logger, clock },
      providers: new Map([[provider.name, provider]]),
      prices: createPriceBook({}),
      spans: { add: () => {} },
      identify: () => ({ userId: 'ada', email: 'ada@example.com', role: 'developer' }),
      capturesContent: () => false,
      outputTokenCeiling: 1_000,
    });
    url = await listen((req, res) => void gateway(req, res));
    answer = down;
    for (let call = 0; call < 5; call++) assert.equal(await chat(), 500);
    assert.equal(await chat(), 503);
    assert.equal(asked, 5);
  });
  afterEach(async () => {
    await upstream.close();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await ledger.close();
    db.close();
  });

  const chat = async (): Promise<number> => {
    const response = await fetch(`${url}/proxy/openai/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hello' }] }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const list = async (): Promise<number> => {
    const response = await fetch(`${url}/proxy/openai/v1/models`);
    await response.arrayBuffer();
    return response.status;
  };

  it('holds nothing of a budget for the calls it refuses', async () => {
    const { reserved, spent } = await ledger.budgetOf('ada');
    assert.deepEqual([reserved, spent], [0n, 0n]);
  });

  it('sends one call after the cool-down, and all others once that is answered', async () => {
    const arrived = Promise.withResolvers<void>();
    let finish = (): void => {};
    answer = (req, res) => {
      finish = () => up(req, res);
      arrived.resolve();
    };
    clock.advanceMs(30_000);
    const probe = chat();
    await arrived.promise;
    assert.equal(await chat(), 503);
    assert.equal(asked, 6);
    answer = up;
    finish();
    assert.equal(await probe, 200);
    assert.deepEqual(await Promise.all([chat(), chat(), list()]), [200, 200, 200]);
  });

  it('takes a call that costs nothing for a probe too', async () => {
    answer = up;
    assert.equal(await list(), 503);
    clock.advanceMs(30_000);
    assert.equal(await list(), 200);
    assert.equal(await chat(), 200);
  });

  it('waits once more when the probe fails', async () => {
    clock.advanceMs(30_000);
    assert.equal(await chat(), 500);
    clock.advanceMs(29_999);
    assert.equal(await chat(), 503);
    assert.equal(asked, 6);
  });
});
