import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { DEFAULT_STATUS_SETTINGS, EditorSession } from '@candela/core/client';
import { sharedOutboxStore } from '@candela/core/client/node';
import { AnnotationService } from '@candela/proto/v1/annotation_service';
import { UserService } from '@candela/proto/v1/user_service';
import { startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { chatAt } from '../server/team-call.ts';

const HOUR_MS = 3_600_000;

/** A session that no poll would move within an hour. */
function openSession({ url, home }: TestDaemon): EditorSession {
  return new EditorSession({
    resolveBaseUrl: () => Promise.resolve(url),
    outboxStore: sharedOutboxStore({ home }),
    settings: DEFAULT_STATUS_SETTINGS,
    pollIntervalMs: HOUR_MS,
    livePollIntervalMs: HOUR_MS,
    onCaughtUp: () => {},
    onOutboxError: (error) => assert.fail(String(error)),
  });
}

function untilText(session: EditorSession, text: string): Promise<unknown> {
  return waitUntil({
    what: `the text ${text}`,
    probe: () => (session.status.text === text ? true : undefined),
    state: () => `${session.status.text}, by ${session.status.source?.via}`,
  });
}

function untilLive(session: EditorSession): Promise<unknown> {
  return waitUntil({
    what: 'the event stream',
    probe: () => (session.status.source?.via === 'push' ? true : undefined),
  });
}

describe('push from the daemon', () => {
  let upstream: FakeProvider;
  let daemon: TestDaemon | undefined;
  let server: TestServer | undefined;
  let session: EditorSession | undefined;

  before(async () => {
    upstream = await startFakeProvider();
  });
  after(() => upstream?.stop());
  afterEach(async () => {
    await session?.stop();
    await daemon?.stop();
    await server?.stop();
    [session, daemon, server] = [undefined, undefined, undefined];
  });

  const openAi = () => ({ name: 'openai', upstream: upstream.url });

  it('moves the number for a call, and for a budget that is changed', async () => {
    daemon = await startDaemon({ providers: [openAi()], budgetDailyUsd: 1 });
    session = openSession(daemon);
    await session.start();
    await untilLive(session);
    assert.equal(session.status.text, '$0.00 / $1.00');
    await (await chatAt(daemon.url)).text();
    await untilText(session, '$0.00018 / $1.00');
    await (await chatAt(daemon.url, { stream: true })).text();
    await untilText(session, '$0.00036 / $1.00');

    const transport = createConnectTransport({ baseUrl: daemon.url, httpVersion: '1.1' });
    await createClient(UserService, transport).setBudget({ userId: 'local', limitUsd: 2 });
    await untilText(session, '$0.00036 / $2.00');
    await createClient(UserService, transport).resetSpend({ userId: 'local' });
    await untilText(session, '$0.00 / $2.00');
  });

  it('moves the number for a call that a team’s server has settled', async () => {
    server = await startServer({ providers: [openAi()], defaultDailyBudgetUsd: 1 });
    daemon = await startDaemon({ remote: server.url });
    session = openSession(daemon);
    await session.start();
    await untilLive(session);
    assert.equal(session.status.text, '$0.00 / $1.00');
    const answer = await chatAt(daemon.url, { stream: true });
    await answer.text();
    await untilText(session, '$0.00018 / $1.00');

    // What goes to the server keeps its key on the way.
    const transport = createConnectTransport({ baseUrl: daemon.url, httpVersion: '1.1' });
    const annotations = createClient(AnnotationService, transport);
    const traceId = answer.headers.get('x-candela-trace-id') ?? assert.fail('a call has a trace');
    const headers = { 'Idempotency-Key': '"k1"' };
    for (const _try of [1, 2]) await annotations.addLabel({ traceId, label: 'neat' }, { headers });
    assert.equal((await annotations.listAnnotations({ traceId })).annotations.length, 1);
  });

  it('shows at once that the daemon has ended, and finds it again', async () => {
    daemon = await startDaemon({ demo: true, budgetDailyUsd: 1 });
    session = openSession(daemon);
    await session.start();
    await untilLive(session);
    const port = Number(new URL(daemon.url).port);
    await daemon.kill();
    await untilText(session, '--');
    daemon = await startDaemon({ demo: true, budgetDailyUsd: 1, port });
    await untilText(session, '$0.00 / $1.00');
    await untilLive(session);
  });

  it('does not keep the daemon from stopping: its streams end in order, and are not cut', async () => {
    daemon = await startDaemon({ demo: true });
    const [response] = (await once(get(`${daemon.url}/_local/api/events`), 'response')) as [IncomingMessage];
    const ended = once(response.resume(), 'end');
    assert.equal(await daemon.stop(), 0);
    await ended;
    assert.equal(response.complete, true);
  });
});
