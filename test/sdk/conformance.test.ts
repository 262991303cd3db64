import { type FakeProvider, startFakeProvider } from '../fakes/provider/start.ts';
import { startDaemon } from '../harness/daemon.ts';
import { API_CALLS } from './api-calls.ts';
import { CONDITIONS } from './conditions.ts';
import { type BaseUrls, describeConformance } from './conformance-suite.ts';

/** Away from `/proxy/…` the same gateway runs behind another address, so the telling conditions are enough. */
const TELLING = CONDITIONS.filter(({ name }) => /^(plain|split|stalled|cut|rate limited)/.test(name));

const ROUTED_BY_MODEL = API_CALLS.filter(({ routedByModel }) => routedByModel);

describe('an SDK cannot tell Candela from its provider', () => {
  let fake: FakeProvider;
  let daemon: Awaited<ReturnType<typeof startDaemon>>;

  before(async () => {
    fake = await startFakeProvider();
    daemon = await startDaemon({
      providers: [
        { name: 'openai', upstream: fake.url },
        { name: 'anthropic-direct', upstream: fake.url },
      ],
      budgetDailyUsd: 1000,
      env: {},
    });
  });
  after(async () => {
    await daemon.stop();
    await fake.stop();
  });

  const behindProxy = (origin: string): BaseUrls => ({
    openai: `${origin}/proxy/openai/v1`,
    anthropic: `${origin}/proxy/anthropic-direct`,
  });
  const byModel = (origin: string): BaseUrls => ({ openai: `${origin}/v1`, anthropic: origin });

  describe('at /proxy/<provider>', () => {
    describeConformance(API_CALLS, CONDITIONS, () => ({ fake, viaCandela: behindProxy(daemon.url) }));
  });

  describe('at /v1, routed by model', () => {
    describeConformance(ROUTED_BY_MODEL, TELLING, () => ({ fake, viaCandela: byModel(daemon.url) }));
  });

  describe("at LM Studio's port, /proxy/<provider>", () => {
    describeConformance(API_CALLS, TELLING, () => ({ fake, viaCandela: behindProxy(daemon.lmStudioUrl) }));
  });

  describe("at LM Studio's port, /v1", () => {
    describeConformance(ROUTED_BY_MODEL, TELLING, () => ({ fake, viaCandela: byModel(daemon.lmStudioUrl) }));
  });
});
