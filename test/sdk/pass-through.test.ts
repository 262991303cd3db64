import { type FakeProvider, startFakeProvider } from '../fakes/provider/start.ts';
import { API_CALLS } from './api-calls.ts';
import { CONDITIONS } from './conditions.ts';
import { describeConformance } from './conformance-suite.ts';
import { type PassThroughProxy, startPassThroughProxy } from './pass-through-proxy.ts';

/** Shows that the suite asks for nothing more than passing on: the smallest proxy there can be satisfies it. */
describe('the conformance suite, against a proxy that only passes on', () => {
  let fake: FakeProvider;
  let proxy: PassThroughProxy;

  before(async () => {
    fake = await startFakeProvider();
    proxy = await startPassThroughProxy(fake.url);
  });
  after(async () => {
    await proxy.stop();
    await fake.stop();
  });

  describeConformance(API_CALLS, CONDITIONS, () => ({
    fake,
    viaCandela: {
      openai: `${proxy.url}/proxy/openai/v1`,
      anthropic: `${proxy.url}/proxy/anthropic-direct`,
    },
  }));
});
