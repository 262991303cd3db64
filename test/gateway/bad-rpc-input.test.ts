import assert from 'node:assert/strict';
import { assertLivesOn, post } from './good-call.ts';
import { sendRaw, type RawAnswer, type RawHttp } from './raw-http.ts';
import { startRig, type Rig } from './rig.ts';

describe('bad input to the services', function () {
  this.timeout(20_000);
  let rig: Rig;
  before(async () => {
    rig = await startRig({ budgetDailyUsd: 100 });
  });
  after(() => rig.close());

  const send = (request: RawHttp): Promise<RawAnswer> => sendRaw(rig.daemon.url, request);

  const rpc = async (method: string, body: string, headers: readonly string[] = []) => {
    const answer = await send(post(`/candela.v1.${method}`, body, headers));
    const { code, message } = JSON.parse(answer.body) as { code?: string; message?: string };
    return { status: answer.status, code, message };
  };
  const CASES: readonly (readonly [string, string, string, number, string, RegExp])[] = [
    ['malformed JSON', 'UserService/SetBudget', '{', 400, 'invalid_argument', /cannot decode/],
    [
      'a text for a number',
      'UserService/SetBudget',
      '{"userId":"local","limitUsd":"much"}',
      400,
      'invalid_argument',
      /limit_?[uU]sd/,
    ],
    ['a list for a message', 'UserService/SetBudget', '[]', 400, 'invalid_argument', /cannot decode/],
    [
      'an object for an enum value',
      'AnnotationService/ListAnnotations',
      '{"traceId":"x","typeFilter":{}}',
      400,
      'invalid_argument',
      /AnnotationType/,
    ],
    ['an empty id', 'AnnotationService/SetOutcome', '{}', 400, 'invalid_argument', /trace_id/],
    [
      'a negative budget',
      'UserService/SetBudget',
      '{"userId":"local","limitUsd":-1}',
      400,
      'invalid_argument',
      /limit_usd/,
    ],
    [
      'a budget that is no number',
      'UserService/SetBudget',
      '{"userId":"local","limitUsd":"NaN"}',
      400,
      'invalid_argument',
      /limit_usd/,
    ],
    [
      'a budget without end',
      'UserService/SetBudget',
      '{"userId":"local","limitUsd":"Infinity"}',
      400,
      'invalid_argument',
      /limit_usd/,
    ],
    [
      'a page beyond measure',
      'TraceService/ListTraces',
      '{"pagination":{"pageSize":1001}}',
      400,
      'invalid_argument',
      /page_size/,
    ],
    [
      'a crafted page token',
      'TraceService/ListTraces',
      '{"pagination":{"pageToken":"MTAwLmFhYWE"}}',
      400,
      'invalid_argument',
      /page_token/,
    ],
    [
      'an order there is none of',
      'TraceService/ListTraces',
      '{"orderBy":"1; DROP TABLE spans"}',
      400,
      'invalid_argument',
      /order_by/,
    ],
    [
      'a range that runs backwards',
      'TraceService/SearchSpans',
      '{"timeRange":{"start":"2026-02-01T00:00:00Z","end":"2026-01-01T00:00:00Z"}}',
      400,
      'invalid_argument',
      /time_range/,
    ],
    [
      'a trace that is not there',
      'TraceService/GetTrace',
      '{"traceId":"0000"}',
      404,
      'not_found',
      /no such trace/,
    ],
    [
      'a user who is not there',
      'UserService/GetBudget',
      '{"userId":"nobody"}',
      404,
      'not_found',
      /no such user/,
    ],
    [
      'a change of a catalog that is read-only',
      'ModelCatalogService/DeleteModelCatalogEntry',
      '{"provider":"openai","modelId":"gpt-4o"}',
      501,
      'unimplemented',
      /catalog\.backend/,
    ],
  ];
  for (const [what, method, body, status, code, message] of CASES) {
    it(`${what}: ${code}`, async () => {
      const answer = await rpc(method, body);
      assert.deepEqual([answer.status, answer.code], [status, code], answer.message);
      assert.match(answer.message ?? '', message);
      await assertLivesOn(rig);
    });
  }

  it('a method or service that is not there: 404', async () => {
    for (const path of ['UserService/Nothing', 'NoService/GetMyBudget', 'UserService/', 'UserService']) {
      assert.equal((await send(post(`/candela.v1.${path}`, '{}'))).status, 404, path);
    }
    await assertLivesOn(rig);
  });

  it('a message beyond measure is refused', async () => {
    const answer = await rpc(
      'AnnotationService/AddLabel',
      JSON.stringify({ traceId: 'x', label: 'x'.repeat(11_000_000) }),
    );
    assert.deepEqual([answer.status, answer.code], [429, 'resource_exhausted']);
    await assertLivesOn(rig);
  });

  it('a content type there is none of, and a GET: 415 and 405', async () => {
    const typed = {
      path: '/candela.v1.UserService/GetMyBudget',
      headers: ['Content-Type: text/plain', 'Content-Length: 0'],
    };
    assert.equal((await send(typed)).status, 415);
    assert.equal((await send({ method: 'GET', path: '/candela.v1.UserService/SetBudget' })).status, 405);
    await assertLivesOn(rig);
  });

  it('leaves no text of it and no stack trace in the log', () => {
    assert.doesNotMatch(rig.daemon.log(), /xxxxxxxxxx|"level":"error"|"level":"fatal"/);
  });
});
