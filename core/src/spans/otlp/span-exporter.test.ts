import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { anLlmSpan, aSpan } from '../../storage/contract-suites/span-fixture.ts';
import { UnstorableSpansError } from '../../storage/unstorable-spans-error.ts';
import { recordedLog } from '../../testing/recorded-log.ts';
import { RetryLaterError } from '../retry-later-error.ts';
import { readJsonTraces } from './json-reader.ts';
import { writeResponse } from './partial-success.ts';
import { readProtobufTraces } from './protobuf-reader.ts';
import { createOtlpSpanExporter, tracesUrl, type OtlpExportOptions } from './span-exporter.ts';

interface Arrival {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A receiver of OTLP on a port of its own that does what each test wants of it. */
describe('OTLP span exporter', () => {
  let server: Server;
  let arrivals: Arrival[];
  let answer: (res: ServerResponse, arrival: Arrival) => void;
  let log: ReturnType<typeof recordedLog>;

  beforeEach(async () => {
    arrivals = [];
    log = recordedLog();
    answer = (res) => res.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    server = createServer((req, res) => {
      void buffer(req).then((body) => {
        const arrival = { url: req.url, headers: req.headers, body };
        arrivals.push(arrival);
        answer(res, arrival);
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const exporter = (special: Partial<OtlpExportOptions> = {}) =>
    createOtlpSpanExporter({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...{ protocol: 'http/protobuf', compression: 'none', timeoutMs: 5_000 },
      ...{ headers: { 'x-api-key': 'secret' }, logger: log.logger, ...special },
    });

  for (const [protocol, type, read] of [
    ['http/protobuf', 'application/x-protobuf', readProtobufTraces],
    ['http/json', 'application/json', readJsonTraces],
  ] as const) {
    for (const compression of ['none', 'gzip'] as const) {
      it(`sends ${protocol} with compression ${compression}`, async () => {
        const span = anLlmSpan();
        await exporter({ protocol, compression }).write([span]);
        const [arrival] = arrivals;
        assert.ok(arrival);
        const { headers, url } = arrival;
        assert.deepEqual(
          [url, headers['content-type'], headers['content-encoding'], headers['x-api-key']],
          ['/v1/traces', type, compression === 'gzip' ? 'gzip' : undefined, 'secret'],
        );
        const [group] = read(compression === 'gzip' ? gunzipSync(arrival.body) : arrival.body);
        assert.deepEqual(
          group?.spans.map(({ spanId }) => spanId),
          [span.spanId],
        );
      });
    }
  }

  for (const status of [429, 502, 503, 504]) {
    it(`is to come back after ${status}, when the receiver wants it`, async () => {
      answer = (res) => res.writeHead(status, { 'retry-after': '7' }).end('busy');
      await assert.rejects(exporter().write([aSpan()]), (error) => {
        assert.ok(error instanceof RetryLaterError);
        assert.equal(error.retryAfterMs, 7_000);
        return true;
      });
    });
  }

  for (const status of [302, 400, 401, 404, 413, 500]) {
    it(`gives up spans that are refused with ${status}`, async () => {
      answer = (res) => res.writeHead(status, { location: 'http://127.0.0.1:1/' }).end();
      const span = aSpan();
      await assert.rejects(exporter().write([span]), (error) => {
        assert.ok(error instanceof UnstorableSpansError);
        assert.deepEqual(error.spans, [span]);
        return true;
      });
      assert.equal(arrivals.length, 1);
    });
  }

  it('sends fewer at once where all together are too much', async () => {
    answer = (res, { body }) => {
      const spans = readProtobufTraces(body).flatMap((group) => group.spans);
      res.writeHead(spans.length > 2 ? 413 : 200).end();
    };
    const spans = Array.from({ length: 5 }, () => aSpan());
    await exporter().write(spans);
    const taken = arrivals
      .map(({ body }) => readProtobufTraces(body).flatMap((group) => group.spans))
      .filter((batch) => batch.length <= 2)
      .flat();
    assert.deepEqual(
      taken.map(({ spanId }) => spanId),
      spans.map(({ spanId }) => spanId),
    );
  });

  for (const type of ['application/x-protobuf', 'application/json'] as const) {
    it(`says what a receiver did not take, told in ${type}`, async () => {
      answer = (res) =>
        res
          .writeHead(200, { 'content-type': type })
          .end(writeResponse(type, { rejectedSpans: 2, message: 'too old' }));
      await exporter().write([aSpan()]);
      assert.deepEqual(
        log.lines.map(({ level, fields }) => [level, fields['rejected'], fields['reason']]),
        [['warn', 2, 'too old']],
      );
    });
  }

  it('is content with an answer that it does not understand', async () => {
    for (const body of [Buffer.from('<html>'), Buffer.alloc(200_000, 0xff), Buffer.of(0x0a, 0xff)]) {
      answer = (res) => res.writeHead(200).end(body);
      await exporter().write([aSpan()]);
    }
    assert.deepEqual(log.lines, []);
  });

  it('waits no longer than it is told to', async () => {
    answer = () => {};
    await assert.rejects(exporter({ timeoutMs: 30 }).write([aSpan()]), { name: 'TimeoutError' });
    await assert.rejects(exporter().write([aSpan()], AbortSignal.timeout(30)), { name: 'TimeoutError' });
  });

  it('fails where nobody listens, in a way that is tried again', async () => {
    const there = exporter();
    server.close();
    await once(server, 'close');
    await assert.rejects(there.write([aSpan()]), TypeError);
  });

  it('finds out whether somebody takes spans', async () => {
    await exporter().probe();
    assert.deepEqual(
      arrivals.map(({ body }) => body.length),
      [0],
    );
    answer = (res) => res.writeHead(401).end();
    await assert.rejects(exporter().probe(), /status 401/);
  });

  it('adds the path to an address that has none', () => {
    for (const [endpoint, url] of [
      ['http://a:4318', 'http://a:4318/v1/traces'],
      ['http://a:4318/', 'http://a:4318/v1/traces'],
      ['https://a/otlp/', 'https://a/otlp/v1/traces'],
      ['https://a/v1/traces', 'https://a/v1/traces'],
    ] as const) {
      assert.equal(tracesUrl(endpoint), url);
    }
  });
});
