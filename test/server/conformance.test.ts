import { type FakeProvider, startFakeProvider } from '../fakes/provider/start.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { API_CALLS } from '../sdk/api-calls.ts';
import { CONDITIONS } from '../sdk/conditions.ts';
import { describeConformance, type BaseUrls } from '../sdk/conformance-suite.ts';

/** The gateway itself is taken through every condition at the daemon; here its hosts are what is new. */
const TELLING = CONDITIONS.filter(({ name }) => /^(plain|split|stalled|cut|compressed)/.test(name));

const CHATS = API_CALLS.filter(({ name }) => /chat|messages/.test(name));

describe('an SDK cannot tell a team from its provider', () => {
  let fake: FakeProvider;
  let server: TestServer;
  let daemon: TestDaemon;

  before(async () => {
    fake = await startFakeProvider();
    server = await startServer({
      providers: [
        { name: 'openai', upstream: fake.url },
        { name: 'anthropic-direct', upstream: fake.url },
      ],
      defaultDailyBudgetUsd: 1000,
      requestsPerMinute: 10_000,
    });
    daemon = await startDaemon({ remote: server.url });
  });
  after(async () => {
    await daemon.stop();
    await server.stop();
    await fake.stop();
  });

  const behindProxy = (origin: string): BaseUrls => ({
    openai: `${origin}/proxy/openai/v1`,
    anthropic: `${origin}/proxy/anthropic-direct`,
  });

  describe('at candela-server', () => {
    describeConformance(CHATS, TELLING, () => ({ fake, viaCandela: behindProxy(server.url) }));
  });

  describe('at a daemon that forwards to candela-server', () => {
    describeConformance(CHATS, TELLING, () => ({ fake, viaCandela: behindProxy(daemon.url) }));
  });
});
