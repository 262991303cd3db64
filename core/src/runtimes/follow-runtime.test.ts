import assert from 'node:assert/strict';
import { createLocal } from '../gateway/providers/local.ts';
import { followRuntime } from './follow-runtime.ts';

describe('the provider `local`', () => {
  const at = (upstream: string) => createLocal({ upstream });

  it('is wherever the runtime in use is, and keeps one address object for each', () => {
    let endpoint = 'http://127.0.0.1:11434';
    const configured = at('http://127.0.0.1:11434/v1');
    const asked: string[] = [];
    const provider = followRuntime(
      configured,
      (upstream) => {
        asked.push(upstream);
        return at(upstream);
      },
      () => endpoint,
    );
    assert.equal(provider.upstream, configured.upstream);
    endpoint = 'http://127.0.0.1:8000';
    const other = provider.upstream;
    assert.equal(other.href, 'http://127.0.0.1:8000/');
    assert.equal(provider.upstream, other);
    endpoint = 'http://127.0.0.1:11434';
    assert.equal(provider.upstream, configured.upstream);
    assert.deepEqual(asked, ['http://127.0.0.1:8000']);
    assert.deepEqual([provider.name, provider.inventory?.ids], ['local', []]);
  });

  it('offers what the configuration narrows it to, and nothing else', () => {
    const configured = createLocal({ models: ['llama3.2:3b'] });
    const provider = followRuntime(configured, at, () => 'http://127.0.0.1:8000');
    assert.deepEqual([provider.models, provider.inventory], [['llama3.2:3b'], undefined]);
  });
});
