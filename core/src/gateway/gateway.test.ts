import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { systemClock } from '../clock.ts';
import { createPriceBook } from '../pricing/index.ts';
import type { SpanRecord } from '../spans/span-record.ts';
import { nano } from '../storage/contract-suites/span-fixture.ts';
import { LEDGER_SCHEMA } from '../storage/sqlite/ledger-schema.ts';
import { SqliteLedger } from '../storage/sqlite/ledger.ts';
import { openDatabase } from '../storage/sqlite/open.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { createGateway } from './gateway.ts';
import { createOpenAi } from './providers/openai.ts';
import { Upstream } from './upstream.ts';

type Answer = (req: IncomingMessage, res: ServerResponse) => void;

/** What crosses processes stands in `test/gateway`; here the provider can be told what to do byte by byte. */
describe('gateway', () => {
  let db: DatabaseSync;
  let ledger: SqliteLedger;
  let upstream: Upstream;
  let spans: SpanRecord[];
  let answer: Answer;
  let url: string;
  const servers: Server[] = [];
  const listen = async (handler: Answer): Promise<string> => {
    const server = createServer(handler).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  beforeEach(async () => {
    const { logger } = recordedLog();
    db = openDatabase({ path: ':memory:', schema: [LEDGER_SCHEMA] });
    ledger = new SqliteLedger({ db, clock: systemClock, logger, timeZone: 'UTC', withoutBudget: 'deny' });
    await ledger.setBudget('ada', nano(1_000_000_000n));
    upstream = new Upstream();
    spans = [];
    const provider = createOpenAi({ upstream: await listen((req, res) => answer(req, res)) });
    const gateway = createGateway({
      ...{ ledger, upstream, logger, clock: systemClock },
      providers: new Map([[provider.name, provider]]),
      prices: createPriceBook({}),
      spans: { add: (span) => void spans.push(span) },
      identify: () => ({ userId: 'ada', email: 'ada@example.com', role: 'developer' }),
      capturesContent: () => true,
      outputTokenCeiling: 1_000,
    });
    url = await listen((req, res) => void gateway(req, res));
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

  const chat = (special: object = {}): Promise<Response> =>
    fetch(`${url}/proxy/openai/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: 'hello' }],
        ...special,
      }),
    });
  /** The bytes as they come: `fetch` would unpack them. */
  const fetchRaw = async (path: string): Promise<Buffer> => {
    const sent = request(url + path, { method: 'POST' }).end(
      JSON.stringify({ model: 'gpt-4o-mini', messages: [] }),
    );
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return Buffer.concat(await response.toArray());
  };
  const completion = (content = 'hi'): string =>
    JSON.stringify({
      model: 'gpt-4o-mini-2024-07-18',
      choices: [{ message: { content } }],
      usage: { prompt_tokens: 100, completion_tokens: 200 },
    });
  const spanOf = async (response: Response): Promise<SpanRecord> => {
    await response.text();
    const span = spans.find(({ spanId }) => spanId === response.headers.get('x-candela-span-id'));
    assert.ok(span);
    return span;
  };

  it('says in the head what a call cost and what is left, where the answer comes in one piece', async () => {
    answer = (_req, res) =>
      void res.writeHead(200, { 'content-length': completion().length }).end(completion());
    const response = await chat();
    assert.equal(response.headers.get('x-candela-cost-usd'), '0.000135');
    assert.equal(response.headers.get('x-candela-budget-remaining-usd'), '0.999865');
    const { genAi, attributes } = await spanOf(response);
    assert.deepEqual([genAi?.costNanoUsd, genAi?.model], [135_000n, 'gpt-4o-mini-2024-07-18']);
    const left = attributes.find(({ key }) => key === 'candela.budget_remaining_usd');
    assert.equal(left?.value, 0.999865);
  });

  it('has the call’s own ids in the answer, once', async () => {
    answer = (_req, res) =>
      void res
        .writeHead(200, { 'x-request-id': 'req_1', 'X-Candela-Trace-Id': 'f'.repeat(32) })
        .end(completion());
    const response = await chat();
    assert.match(response.headers.get('x-request-id') ?? '', /^[0-9a-f]{32}$/);
    assert.equal((await spanOf(response)).traceId, response.headers.get('x-candela-trace-id'));
  });

  /** What cannot be repeated in a status line was thrown where nobody catches, and took the whole process with it. */
  it('survives a reason in any language', async () => {
    const head = `HTTP/1.1 200 \u597d\u7684 \u{1f30d}\r\ncontent-length: ${completion().length}\r\n\r\n`;
    answer = (_req, res) => void res.socket?.end(head + completion());
    const response = await chat();
    assert.deepEqual([response.status, response.statusText.trim()], [200, '']);
    assert.equal((await spanOf(response)).genAi?.costNanoUsd, 135_000n);
  });

  it('does not hold the head back for it', async () => {
    let finish = (): void => {};
    answer = (_req, res) => {
      res.writeHead(200, { 'content-length': completion().length }).flushHeaders();
      finish = () => res.end(completion());
    };
    const response = await chat();
    assert.equal(response.headers.get('x-candela-cost-usd'), null);
    finish();
    assert.equal((await spanOf(response)).genAi?.costNanoUsd, 135_000n);
  });

  it('charges the model that answered, if that is another one and has a price', async () => {
    answer = (_req, res) => void res.end(completion().replace('gpt-4o-mini-2024-07-18', 'gpt-4o-2024-08-06'));
    assert.equal((await spanOf(await chat())).genAi?.costNanoUsd, 100n * 2_500n + 200n * 10_000n);
  });

  it('charges the tier that an answer was served at, and lets no dearer one pass', async () => {
    answer = (_req, res) => void res.end(completion().replace('{', '{"service_tier":"flex",'));
    assert.equal((await spanOf(await chat({ service_tier: 'flex' }))).genAi?.costNanoUsd, 67_500n);
    const refused = await chat({ service_tier: 'priority' });
    assert.deepEqual(
      [refused.status, /service_tier/.test(await refused.text()), spans.length],
      [400, true, 1],
    );
    assert.equal((await ledger.budgetOf('ada')).spent, 67_500n);
  });

  /** The length of what the provider sends was passed on, although the usage is taken out of it. */
  it('does not promise the length of an answer that gets shorter on its way', async () => {
    const usage = '"usage":{"prompt_tokens":100,"completion_tokens":200}';
    const stream = `data: {"choices":[{"delta":{"content":"hi"}}],"usage":null}\n\ndata: {"choices":[],${usage}}\n\ndata: [DONE]\n\n`;
    answer = (_req, res) => void res.writeHead(200, { 'content-length': stream.length }).end(stream);
    const response = await chat({ stream: true });
    assert.equal(response.headers.get('content-length'), null);
    assert.equal(await response.text(), 'data: {"choices":[{"delta":{"content":"hi"}}]}\n\ndata: [DONE]\n\n');
    assert.equal((await ledger.budgetOf('ada')).spent, 135_000n);
  });

  it('keeps prompt and answer up to a mebibyte of UTF-8 each, whole characters', async () => {
    const long = 'ü你🌍'.repeat(200_000);
    answer = (_req, res) => void res.end(completion(long));
    const { genAi } = await spanOf(await chat({ messages: [{ role: 'user', content: long }] }));
    for (const text of [genAi?.inputContent ?? '', genAi?.outputContent ?? '']) {
      const bytes = Buffer.byteLength(text);
      assert.ok(bytes <= 1_048_576 && bytes > 1_048_570, `${bytes} bytes`);
      assert.equal(text.includes('\uFFFD'), false);
    }
    assert.equal(long.startsWith(genAi?.outputContent ?? 'x'), true);
  });

  it('charges what was asked to be streamed and comes whole', async () => {
    answer = (_req, res) => void res.end(completion());
    assert.equal((await spanOf(await chat({ stream: true }))).genAi?.costNanoUsd, 135_000n);
  });

  it('charges by its size an answer that cannot be unpacked', async () => {
    const packed = gzipSync(gzipSync(completion('x'.repeat(10_000))));
    answer = (_req, res) => void res.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(packed);
    const response = await fetchRaw('/proxy/openai/v1/chat/completions');
    assert.equal(response.length, packed.length);
    assert.equal(spans[0]?.genAi?.outputTokens, packed.length);
  });

  it('charges an estimate, and never more than was set aside for the call, where the provider keeps silent', async () => {
    answer = (_req, res) =>
      void res.end(JSON.stringify({ choices: [{ message: { content: 'x'.repeat(100_000) } }] }));
    await (await chat({ max_tokens: 10 })).text();
    const [span] = spans;
    assert.deepEqual(span?.attributes.find(({ key }) => key === 'candela.usage_estimated')?.value, true);
    const worst = (2_048n * 150n * 5n) / 4n + 10n * 600n;
    const { spent } = await ledger.budgetOf('ada');
    assert.ok(spent > 0n && spent <= worst);
    assert.equal(span?.genAi?.costNanoUsd, spent);
  });

  it('survives content codings that are none, and takes what it cannot read for what it is', async () => {
    for (const coding of ['constructor', 'gzip', 'x, y']) {
      answer = (_req, res) =>
        void res.writeHead(200, { 'content-encoding': coding }).end('not compressed at all');
      await chat().then(
        (response) => response.text().catch(() => ''),
        () => '',
      );
    }
    assert.equal(spans.length, 3);
    assert.ok(spans.every((span) => (span.genAi?.costNanoUsd ?? 0n) > 0n));
    assert.equal((await ledger.budgetOf('ada')).reserved, 0n);
  });

  it('refuses when the ledger cannot be asked', async () => {
    answer = (_req, res) => void res.end(completion());
    db.exec('ALTER TABLE reservations RENAME TO gone');
    const response = await chat();
    db.exec('ALTER TABLE gone RENAME TO reservations');
    const { error } = (await response.json()) as { error: { type: string } };
    assert.deepEqual([response.status, error.type, spans.length], [503, 'governance_unavailable', 0]);
  });

  it('tells nothing of where a provider is that cannot be reached', async () => {
    answer = (req) => void req.socket.destroy();
    const response = await chat();
    const body = await response.text();
    assert.equal(response.status, 502);
    assert.match(body, /could not reach openai/);
    assert.doesNotMatch(body, /127\.0\.0\.1|ECONN|:\d{4,5}/);
  });
});
