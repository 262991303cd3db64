import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { collect } from '../fakes/collect.ts';
import { type Rig, startRig } from '../gateway/rig.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { sdkOutcome } from './sdk-outcome.ts';

type MessageRequest = Anthropic.MessageCreateParamsNonStreaming;

const MODEL = 'claude-sonnet-4-20250514';
const TOOLS: Anthropic.Tool[] = ['weather', 'wind'].map((name) => ({
  name,
  input_schema: { type: 'object', properties: { city: { type: 'string' } } },
}));
const PICTURE: Anthropic.ImageBlockParam = {
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' },
};
const USED = '[usage in=7 out=11 cached=1024 cache_write_5m=2048 cache_write_1h=512]';
/** List prices in nano-dollars a token, by hand. */
const COST = BigInt(7 * 3_000 + 11 * 15_000 + 1024 * 300 + 2048 * 3_750 + 512 * 6_000);

describe('the SDK of Anthropic with anthropic-direct', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig({ budgetDailyUsd: 1000 });
  });
  afterEach(() => rig.fake.reset());
  after(() => rig.close());

  const sdk = (baseURL: string): Anthropic => new Anthropic({ apiKey: 'sk-client', baseURL, maxRetries: 0 });
  const viaCandela = (): Anthropic => sdk(`${rig.daemon.url}/proxy/anthropic-direct`);
  const ask = (
    content: Anthropic.MessageParam['content'],
    more: Pick<MessageRequest, 'tools' | 'system'> = {},
  ): MessageRequest => ({
    ...{ model: MODEL, max_tokens: 500, messages: [{ role: 'user', content }] },
    ...more,
  });

  const same = async (call: (client: Anthropic) => Promise<unknown>): Promise<string> => {
    const theirs = await sdkOutcome(() => call(sdk(rig.fake.url)));
    const ours = await sdkOutcome(() => call(viaCandela()));
    assert.deepEqual(ours, theirs);
    assert.ok('value' in ours, JSON.stringify(ours));
    return ours.value;
  };
  const completed = (request: MessageRequest): Promise<string> =>
    same((client) => client.messages.create(request));
  const streamed = (request: MessageRequest): Promise<string> =>
    same(async (client) => collect(await client.messages.create({ ...request, stream: true })));
  const charged = async (call: () => Promise<unknown>): Promise<bigint> => {
    const before = rig.ledger().spent;
    await call();
    await waitUntil({
      what: 'the reservation to end',
      probe: () => rig.ledger().reservations === 0n || undefined,
    });
    return rig.ledger().spent - before;
  };

  it('calls tools, several at once, whole and in a stream', async () => {
    const request = ask('Oslo [tool count=2]', { tools: TOOLS });
    assert.match(await completed(request), /"name":"weather".*"name":"wind"/);
    assert.match(await streamed(request), /"name":"weather".*"name":"wind"/);
  });

  it('takes images, which arrive as they were sent and are paid for', async () => {
    const request = ask([PICTURE, { type: 'text', text: `What is it? ${USED}` }]);
    assert.equal(await charged(() => completed(request)), COST);
    const bodies = (await rig.fake.requests()).map(({ body }) => body);
    assert.deepEqual(bodies, [JSON.stringify(request), JSON.stringify(request)]);
  });

  it('is told what was cached, and pays the price for it, streamed or not', async () => {
    const system = [
      { type: 'text' as const, text: 'Be short.', cache_control: { type: 'ephemeral' as const } },
    ];
    const request = ask(USED, { system });
    const told = /"cache_creation_input_tokens":2560,"cache_read_input_tokens":1024/;
    assert.equal(await charged(async () => assert.match(await completed(request), told)), COST);
    assert.equal(await charged(async () => assert.match(await streamed(request), told)), COST);
  });

  /** Both were free: the counts of a message say nothing of them. */
  it('pays for conversations that were shortened on the way, and for the advice of another model', async () => {
    const request: Anthropic.Beta.MessageCreateParamsNonStreaming = {
      ...{ model: MODEL, max_tokens: 500, betas: ['compact-2026-01-12', 'advisor-tool-2026-03-01'] },
      messages: [{ role: 'user', content: '[usage in=7 out=11]' }],
      context_management: { edits: [{ type: 'compact_20260112' }] },
      tools: [{ type: 'advisor_20260301', name: 'advisor', model: 'claude-opus-4-1-20250805' }],
    };
    const cost = BigInt((7 + 5_000) * 3_000 + (11 + 800) * 15_000 + 3_000 * 15_000 + 400 * 75_000);
    const { messages } = viaCandela().beta;
    assert.equal(await charged(() => messages.create(request)), cost);
    assert.equal(await charged(() => messages.stream(request).finalMessage()), cost);
    assert.deepEqual(
      (await rig.spans()).slice(-2).map((span) => span.cost),
      [cost, cost],
    );
  });

  it('ends the model’s work when it hangs up', async () => {
    const prompt = '[answer chars=4000][fault stall after_events=9]';
    const stream = await viaCandela().messages.create({ ...ask(prompt), stream: true });
    for await (const event of stream) if (event.type === 'content_block_delta') break;
    const { end } = await rig.fake.waitForRequest((request) => request.end !== 'open');
    assert.equal(end, 'client_gone');
  });
});
