import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { systemClock } from '../../clock.ts';
import { IdentityRefusal } from '../../gateway/errors.ts';
import type { Caller } from '../../gateway/gates/identity.ts';
import { ZERO_NANO_USD } from '../../money/index.ts';
import { anLlmSpan, aSpan } from '../../storage/contract-suites/span-fixture.ts';
import type { SpanReader, SpanWriter } from '../../storage/span-store.ts';
import { LEDGER_SCHEMA } from '../../storage/sqlite/ledger-schema.ts';
import { SqliteLedger } from '../../storage/sqlite/ledger.ts';
import { openDatabase } from '../../storage/sqlite/open.ts';
import { createSqliteSpanStore } from '../../storage/sqlite/span-store.ts';
import { recordedLog } from '../../testing/recorded-log.ts';
import { SpanIntake } from '../span-intake.ts';
import { SpanPipeline } from '../span-pipeline.ts';
import type { SpanRecord } from '../span-record.ts';
import { otlpFromRecords } from './from-record.ts';
import { createOtlpIngest } from './ingest.ts';
import { writeJsonTraces } from './json-writer.ts';
import { readPartialSuccess } from './partial-success.ts';
import { REQUEST, RESOURCE_SPANS, SCOPE_SPANS, SPAN } from './protobuf-fields.ts';
import { writeProtobufTraces } from './protobuf-writer.ts';

const ADMIN: Caller = { userId: 'root', email: 'root@example.com', role: 'admin' };
const ADA: Caller = { userId: 'ada', email: 'ada@example.com', role: 'developer' };
const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

describe('OTLP ingest', () => {
  let server: Server;
  let store: SpanWriter & SpanReader;
  let db: DatabaseSync;
  let ledger: SqliteLedger;
  let pipeline: SpanPipeline;
  let caller: Caller | IdentityRefusal;
  let log: ReturnType<typeof recordedLog>;

  beforeEach(async () => {
    caller = ADA;
    log = recordedLog();
    const { logger } = log;
    store = createSqliteSpanStore({ path: ':memory:' });
    db = openDatabase({ path: ':memory:', schema: [LEDGER_SCHEMA] });
    ledger = new SqliteLedger({ db, clock: systemClock, logger, timeZone: 'UTC', withoutBudget: 'watch' });
    pipeline = new SpanPipeline({ writer: store, ledger, logger });
    const ingest = createOtlpIngest({
      identify: () => {
        if (caller instanceof IdentityRefusal) throw caller;
        return caller;
      },
      intake: new SpanIntake(pipeline),
      logger,
    });
    server = createServer((req, res) => void ingest(req, res));
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await pipeline.close();
    await ledger.close();
    await store.close();
    db.close();
  });

  const post = async (
    body: Uint8Array,
    type: string = PROTOBUF,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const { port } = server.address() as AddressInfo;
    const req = request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      headers: { 'content-type': type, ...headers },
    });
    req.end(body);
    const [res] = await once(req, 'response');
    // A body that was refused may still be on its way when the server goes.
    req.on('error', () => {});
    return {
      status: res.statusCode,
      type: res.headers['content-type'],
      retryAfter: res.headers['retry-after'],
      body: await buffer(res),
    };
  };
  const stored = async (): Promise<readonly SpanRecord[]> => {
    await pipeline.flush();
    return (await store.searchSpans({}, { limit: 1_000, offset: 0 })).spans;
  };
  const protobuf = (...records: readonly SpanRecord[]) => writeProtobufTraces(otlpFromRecords(records), '1');
  const json = (...records: readonly SpanRecord[]) => writeJsonTraces(otlpFromRecords(records), '1');

  for (const [type, write] of [
    [PROTOBUF, protobuf],
    [JSON_TYPE, json],
  ] as const) {
    for (const coding of ['', 'gzip'] as const) {
      it(`keeps spans sent as ${type} ${coding}`, async () => {
        const span = anLlmSpan({ userId: 'ada' }, { inputTokens: 5, inputContent: 'ü' });
        const body = write(span);
        const answer = coding
          ? await post(gzipSync(body), type, { 'content-encoding': coding })
          : await post(body, `${type}; charset=utf-8`);
        assert.deepEqual([answer.status, answer.type], [200, type]);
        assert.equal(readPartialSuccess(type, answer.body), undefined);
        const [kept] = await stored();
        assert.deepEqual([kept?.spanId, kept?.genAi], [span.spanId, span.genAi]);
      });
    }

    it(`takes the good spans and says what is wrong with the others, in ${type}`, async () => {
      const good = aSpan();
      const answer = await post(
        write(good, aSpan({ traceId: '0'.repeat(32) }), aSpan({ spanId: 'abcd' }), aSpan({ durationNs: -1 })),
        type,
      );
      const partial = readPartialSuccess(type, answer.body);
      assert.deepEqual([answer.status, partial?.rejectedSpans], [200, 3]);
      assert.match(partial?.message ?? '', /trace_id: .*span "abcd": span_id: .*end_time: /);
      assert.deepEqual(
        (await stored()).map(({ spanId }) => spanId),
        [good.spanId],
      );
    });
  }

  it('reads names that are not ours', async () => {
    const attributes = {
      'gen_ai.operation.name': { stringValue: 'invoke_agent' },
      'user.id': { stringValue: 'somebody' },
      tags: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '2' }] } },
      more: { kvlistValue: { values: [{ key: 'x', value: { boolValue: true } }] } },
      nothing: {},
    };
    const span = {
      ...{ traceId: 'AB'.repeat(16), spanId: 'CD'.repeat(8), parentSpanId: '0'.repeat(16), name: 'run' },
      ...{ startTimeUnixNano: 1_772_600_767_000_000_000, endTimeUnixNano: '1772600768000000001' },
      attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
    };
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'agent' } }] };
    const request_ = { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] };
    await post(Buffer.from(JSON.stringify(request_)), JSON_TYPE);
    const [kept] = await stored();
    assert.deepEqual(kept, {
      ...aSpan({ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), name: 'run', kind: 'agent' }),
      ...{ status: 'unspecified', durationNs: 1_000_000_001, serviceName: 'agent', userId: 'ada' },
      attributes: [
        { key: 'gen_ai.operation.name', value: 'invoke_agent' },
        { key: 'user.id', value: 'somebody' },
        { key: 'tags', value: '["a",2]' },
        { key: 'more', value: '{"x":true}' },
      ],
    });
  });

  it('belongs to who sent it, unless an admin says whose it is', async () => {
    await post(protobuf(aSpan({ userId: 'grace' })));
    caller = ADMIN;
    await post(protobuf(aSpan({ userId: 'grace' }), aSpan()));
    assert.deepEqual((await stored()).map(({ userId }) => userId).toSorted(), ['ada', 'grace', 'root']);
  });

  it('refuses whoever cannot be told, as the rest of Candela does', async () => {
    caller = new IdentityRefusal(401, 'missing authentication');
    const answer = await post(protobuf(aSpan()));
    assert.deepEqual([answer.status, answer.body.toString()], [401, '{"error":"missing authentication"}']);
    assert.deepEqual(await stored(), []);
  });

  it('leaves the ledger alone: a call that was settled keeps its journal entry', async () => {
    const settled = anLlmSpan();
    const outcome = await ledger.reserve({ userId: 'ada', amount: ZERO_NANO_USD });
    assert.ok(outcome.granted);
    await outcome.reservation.settle({ cost: ZERO_NANO_USD, tokens: 0, span: settled });
    await post(protobuf(settled));
    assert.equal((await stored()).length, 1);
    assert.equal((await ledger.pendingSpans(10)).length, 1);
  });

  it('asks to come back where there is no room, and takes nothing', async () => {
    const { logger } = log;
    const small = new SpanPipeline({
      writer: store,
      ledger,
      logger,
      maxBuffered: 2,
      flushIntervalMs: 3_600_000,
    });
    const ingest = createOtlpIngest({ identify: () => ADA, intake: new SpanIntake(small), logger });
    server.removeAllListeners('request').on('request', (req, res) => void ingest(req, res));
    const answer = await post(protobuf(aSpan(), aSpan(), aSpan()));
    assert.deepEqual([answer.status, answer.retryAfter, answer.type], [503, '5', PROTOBUF]);
    assert.equal((await post(protobuf(aSpan(), aSpan()))).status, 200);
    // What is buffered is written to make room.
    assert.equal((await post(protobuf(aSpan()))).status, 200);
    await small.close();
    assert.equal((await stored()).length, 3);
  });

  describe('hostile bodies', () => {
    const BOMB = gzipSync(Buffer.alloc(65 * 1024 * 1024, 0));

    for (const [what, status, body, type, headers] of [
      ['no protobuf', 400, Buffer.from('hello'), PROTOBUF, {}],
      ['protobuf that is cut off', 400, Buffer.of(0x0a, 0x7f, 0x12), PROTOBUF, {}],
      ['no JSON', 400, Buffer.from('{"resourceSpans":'), JSON_TYPE, {}],
      ['JSON that is no object', 400, Buffer.from('[]'), JSON_TYPE, {}],
      ['no gzip', 400, Buffer.from('hello'), PROTOBUF, { 'content-encoding': 'gzip' }],
      ['half a gzip', 400, BOMB.subarray(0, 100), PROTOBUF, { 'content-encoding': 'gzip' }],
      ['a gzip bomb', 413, BOMB, PROTOBUF, { 'content-encoding': 'gzip' }],
      ['a gzip bomb of JSON', 413, BOMB, JSON_TYPE, { 'content-encoding': 'gzip' }],
      ['more than 10 MiB', 413, Buffer.alloc(10 * 1024 * 1024 + 1), PROTOBUF, {}],
      ['another type', 415, Buffer.from('a'), 'text/plain', {}],
      ['another coding', 415, Buffer.from('a'), PROTOBUF, { 'content-encoding': 'zstd' }],
    ] as const) {
      it(`${what} is answered ${status}`, async () => {
        const answer = await post(body, type, headers);
        assert.equal(answer.status, status, answer.body.toString());
        assert.equal(answer.type, type === PROTOBUF ? PROTOBUF : JSON_TYPE);
        assert.deepEqual(await stored(), []);
      });
    }

    it('keeps the first attributes of a span with a million', async () => {
      const [group] = otlpFromRecords([aSpan()]);
      assert.ok(group?.spans[0]);
      const attributes = Array.from({ length: 1_000_000 }, (_, n) => ({ key: `k${n}`, value: BigInt(n) }));
      const body = writeProtobufTraces([{ ...group, spans: [{ ...group.spans[0], attributes }] }], '1');
      const answer = await post(gzipSync(body), PROTOBUF, { 'content-encoding': 'gzip' });
      assert.equal(answer.status, 200);
      assert.equal((await stored())[0]?.attributes.length, 512);
    });

    it('refuses a small body that would become objects without end', async () => {
      const floods = [
        // An empty span takes two bytes, and so does an empty attribute.
        nested([REQUEST.resourceSpans, RESOURCE_SPANS.scopeSpans], SCOPE_SPANS.spans, 1_000_000),
        nested(
          [REQUEST.resourceSpans, RESOURCE_SPANS.scopeSpans, SCOPE_SPANS.spans],
          SPAN.attributes,
          10_000_000,
        ),
        nested(
          [REQUEST.resourceSpans, RESOURCE_SPANS.scopeSpans, SCOPE_SPANS.spans, SPAN.attributes, 2, 5],
          1,
          10_000_000,
        ),
      ];
      const statuses = [];
      for (const flood of floods) {
        statuses.push((await post(gzipSync(flood), PROTOBUF, { 'content-encoding': 'gzip' })).status);
      }
      assert.deepEqual(statuses, [413, 413, 200]);
      assert.deepEqual(await stored(), []);
    });

    it('refuses what is nested without end', async () => {
      let value = new Uint8Array();
      for (let depth = 0; depth < 1_000; depth++) {
        const list = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(value).finish();
        value = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(list).finish();
      }
      const path = [REQUEST.resourceSpans, RESOURCE_SPANS.scopeSpans, SCOPE_SPANS.spans, SPAN.attributes, 2];
      assert.equal((await post(inside(path, value))).status, 400);
      const deep = '{"arrayValue":{"values":['.repeat(1_000) + ']}}'.repeat(1_000);
      const span = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"a","value":${deep}}]}]}]}]}`;
      assert.equal((await post(Buffer.from(span), JSON_TYPE)).status, 400);
    });

    it('answers any bytes, and lives', async () => {
      const good = protobuf(anLlmSpan({}, { inputContent: 'x' }));
      const text = json(aSpan()).toString();
      await fc.assert(
        fc.asyncProperty(
          fc.nat(good.length - 1),
          fc.nat(255),
          fc.nat(text.length - 1),
          fc.json(),
          async (at, byte, cut, value) => {
            const mutated = Buffer.from(good);
            mutated[at] = byte;
            const mangled = text.slice(0, cut) + value + text.slice(cut + 1);
            for (const answer of [
              await post(mutated),
              await post(Buffer.from(mangled), JSON_TYPE),
              await post(Buffer.from(`{"resourceSpans":${value}}`), JSON_TYPE),
            ]) {
              assert.ok(answer.status === 200 || answer.status === 400, `${answer.status}`);
            }
          },
        ),
        { numRuns: 150 },
      );
      assert.ok(await stored());
      assert.deepEqual(
        log.lines.filter(({ level }) => level === 'error'),
        [],
      );
    });
  });
});

/** So many empty messages of a field, inside of others. */
function nested(path: readonly number[], field: number, count: number): Uint8Array {
  return inside(path, Buffer.alloc(count * 2, Buffer.of(field * 8 + WireType.LengthDelimited, 0)));
}

function inside(path: readonly number[], content: Uint8Array): Uint8Array {
  return path.reduceRight<Uint8Array>(
    (inner, field) => new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(inner).finish(),
    content,
  );
}
