import { objectsAt, stringAt } from '../gateway/wire/json-shape.ts';
import type { BackendSettings, RuntimeBackend } from './runtime-backend.ts';
import { RuntimeError } from './runtime-error.ts';
import { RuntimeHttp } from './runtime-http.ts';

const TITLE = 'vLLM';

const CANNOT_PULL = 'vLLM downloads a model when it loads it: load the model instead';

/**
 * vLLM, by its OpenAI-compatible server: https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
 * It serves one model, named when it starts and downloaded then; another model takes a restart.
 */
export function createVllm(settings: BackendSettings): RuntimeBackend {
  const http = new RuntimeHttp(TITLE, settings);
  const { hostname, port } = new URL(settings.endpoint);
  const listModels: RuntimeBackend['listModels'] = async (signal) => {
    const list = await http.ask('GET', '/v1/models', signal);
    return objectsAt(list, 'data').flatMap((model) => {
      const id = stringAt(model, 'id');
      return id === undefined ? [] : [{ id, isLoaded: true }];
    });
  };
  return {
    name: 'vllm',
    title: TITLE,
    endpoint: settings.endpoint,
    binary: 'vllm',
    installHint:
      'install it with `uv pip install vllm` (https://docs.vllm.ai), on a machine with a GPU that it knows',
    launch(model) {
      if (model === undefined) {
        throw new RuntimeError(
          'failed_precondition',
          'vLLM serves one model, which it is told when it starts: load a model instead, such as Qwen/Qwen3-8B',
        );
      }
      return { kind: 'server', args: ['serve', model, '--host', hostname, '--port', port || '80'] };
    },
    canonicalId: (model) => model,
    async probe(signal) {
      await http.ask('GET', '/health', signal);
    },
    listModels,
    async loadModel(model, signal) {
      const serving = await listModels(signal);
      return serving.some(({ id }) => id === model) ? 'loaded' : 'restart';
    },
    unloadModel: () =>
      cannot(
        'vLLM keeps its model in memory for as long as it runs: stop the runtime instead, or load another model',
      ),
    servesOneModel: true,
    cannotPull: CANNOT_PULL,
    pull: () => cannot(CANNOT_PULL),
    deleteModel: () =>
      cannot(
        'vLLM keeps models in the cache of Hugging Face: remove it there, with `hf cache rm` or by hand',
      ),
  };
}

async function cannot(why: string): Promise<never> {
  throw new RuntimeError('unimplemented', why);
}
