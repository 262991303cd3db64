import assert from 'node:assert/strict';
import { createPriceBook } from '../pricing/index.ts';
import { createOpenAi } from './providers/openai.ts';
import { answeredPrice, renamed } from './renamed-model.ts';

describe('a model that is asked for by another name', () => {
  const target = { path: '/v1/messages', pathAndQuery: '/v1/messages?beta=true' };
  const flash = {
    path: '/v1beta/models/flash:generateContent',
    pathAndQuery: '/v1beta/models/flash:generateContent?key=k',
  };

  it('has it in the body, where all else stays the same to the byte', () => {
    const body = Buffer.from('{ "max_tokens":1.0,\n"model" : "fast", "x":"model" }');
    const sent = renamed({ asked: 'fast', sentAs: 'gpt-4o-mini', isInPath: false }, target, body);
    assert.equal(sent.body.toString(), '{ "max_tokens":1.0,\n"model" : "gpt-4o-mini", "x":"model" }');
    assert.deepEqual([sent.path, sent.pathAndQuery], [target.path, target.pathAndQuery]);
  });

  it('has it in the path, where it was asked for there', () => {
    const body = Buffer.from('{"model":"flash"}');
    const sent = renamed({ asked: 'flash', sentAs: 'gemini-2.5-flash', isInPath: true }, flash, body);
    assert.equal(sent.pathAndQuery, '/v1beta/models/gemini-2.5-flash:generateContent?key=k');
    assert.equal(sent.path, '/v1beta/models/gemini-2.5-flash:generateContent');
    assert.equal(sent.body, body);
  });

  it('is refused in a path in which it cannot be replaced', () => {
    const escaped = { path: '/v1/models%2Fflash:x', pathAndQuery: '/v1/models%2Fflash:x' };
    const naming = { asked: 'flash', sentAs: 'gemini-2.5-flash', isInPath: true };
    assert.throws(() => renamed(naming, escaped, Buffer.alloc(0)), { message: 'unknown model: flash' });
  });

  it('stays as it is where the names are the same', () => {
    const body = Buffer.from('{}');
    assert.equal(renamed({ asked: 'a', sentAs: 'a', isInPath: false }, target, body).body, body);
  });

  it('costs what its own name does when it answers by the provider’s, of any date, and else what that one does', () => {
    const models = [{ provider: 'openai', model: 'house', input_per_million: 9, output_per_million: 9 }];
    const prices = createPriceBook({ models });
    const route = { provider: createOpenAi({}), model: 'house', sentAs: 'gpt-4o-mini', entry: undefined };
    const priceOf = (answered: string): string | undefined => answeredPrice(answered, route, prices)?.modelId;
    assert.deepEqual(
      ['gpt-4o-mini-2024-07-18', 'gpt-4o-mini', 'gpt-4o-2024-08-06', 'nobody-knows'].map(priceOf),
      ['house', 'house', 'gpt-4o', undefined],
    );
  });
});
