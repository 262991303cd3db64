import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { waitUntil } from '../../harness/wait-until.ts';
import { serveFakeRuntime } from '../runtime/fake-runtime.ts';

/**
 * A fake of vLLM's server: https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html. It is run as
 * `vllm serve <model> --host … --port …`, and answers only once the model is loaded, which it is when the file
 * FAKE_LOADED is there, or at once. A model named `too-large…` does not fit into memory: it says so and ends.
 */

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { host: { type: 'string', default: '127.0.0.1' }, port: { type: 'string', default: '8000' } },
});
const [command, model] = positionals;
if (command !== 'serve' || model === undefined) {
  process.stderr.write('usage: vllm serve [model_tag] [options]\n');
  process.exit(2);
}
process.stderr.write(`INFO 11-21 10:00:00 [api_server.py:1885] loading ${model}\n`);
const loaded = process.env['FAKE_LOADED'];
if (loaded !== undefined) {
  await waitUntil({ what: loaded, timeoutMs: 120_000, probe: () => existsSync(loaded) || undefined });
}
if (model.startsWith('too-large')) {
  process.stderr.write('torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 GiB\n');
  process.exit(1);
}
serveFakeRuntime({
  host: values.host,
  port: Number(process.env['FAKE_PORT'] ?? values.port),
  answer({ method, path }) {
    switch (`${method} ${path}`) {
      case 'GET /health':
        return {};
      case 'GET /v1/models':
        return {
          object: 'list',
          data: [{ id: model, object: 'model', owned_by: 'vllm', root: model, max_model_len: 8192 }],
        };
      default:
        return undefined;
    }
  },
});
