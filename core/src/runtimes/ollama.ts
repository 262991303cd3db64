import { objectAt, objectsAt, stringAt, type JsonObject } from '../gateway/wire/json-shape.ts';
import { bytesAt } from './byte-count.ts';
import type { BackendSettings, PullProgress, RuntimeBackend, RuntimeModel } from './runtime-backend.ts';
import { RuntimeError } from './runtime-error.ts';
import { RuntimeHttp } from './runtime-http.ts';

const TITLE = 'Ollama';

/** Ollama, by its API: https://github.com/ollama/ollama/blob/main/docs/api.md */
export function createOllama(settings: BackendSettings): RuntimeBackend {
  const http = new RuntimeHttp(TITLE, settings);
  return {
    name: 'ollama',
    title: TITLE,
    endpoint: settings.endpoint,
    binary: 'ollama',
    installHint: 'install it from https://ollama.com/download, or with `brew install ollama`',
    launch: () => ({
      kind: 'server',
      args: ['serve'],
      env: { OLLAMA_HOST: new URL(settings.endpoint).host },
    }),
    canonicalId: withTag,
    async probe(signal) {
      const { version } = await http.ask('GET', '/api/version', signal);
      if (typeof version === 'string') return;
      throw new RuntimeError(
        'unavailable',
        `what answers at ${settings.endpoint} is not Ollama: it names no version`,
      );
    },
    async listModels(signal) {
      const [onDisk, inMemory] = await Promise.all([
        http.ask('GET', '/api/tags', signal),
        http.ask('GET', '/api/ps', signal),
      ]);
      const loaded = new Set(objectsAt(inMemory, 'models').map((model) => stringAt(model, 'name')));
      return objectsAt(onDisk, 'models').flatMap((model) => modelFrom(model, loaded) ?? []);
    },
    async loadModel(model, signal) {
      // A request without a prompt only loads.
      await http.ask('POST', '/api/generate', signal, { model, stream: false });
      return 'loaded';
    },
    async unloadModel(model, signal) {
      await http.ask('POST', '/api/generate', signal, { model, keep_alive: 0, stream: false });
    },
    async pull(model, onProgress, signal) {
      const layers = new Layers();
      for await (const message of http.stream('/api/pull', { model, stream: true }, signal)) {
        const error = stringAt(message, 'error');
        if (error !== undefined) throw new RuntimeError(kindOfPullError(error), `${TITLE}: ${error}`);
        const status = stringAt(message, 'status') ?? '';
        if (status === 'success') return;
        onProgress(layers.with(message, status));
      }
      throw new RuntimeError('unavailable', `${TITLE} broke the download off: pull the model again to go on`);
    },
    async deleteModel(model, signal) {
      await http.ask('DELETE', '/api/delete', signal, { model });
    },
  };
}

/** A name without a tag means `latest`: https://github.com/ollama/ollama/blob/main/docs/api.md#model-names */
function withTag(model: string): string {
  return /:[^/]*$/.test(model) ? model : `${model}:latest`;
}

function modelFrom(model: JsonObject, loaded: ReadonlySet<string | undefined>): RuntimeModel | undefined {
  const id = stringAt(model, 'name');
  if (id === undefined) return undefined;
  const details = objectAt(model, 'details');
  const sizeBytes = bytesAt(model, 'size');
  const family = stringAt(details, 'family');
  const parameters = stringAt(details, 'parameter_size');
  const quantization = stringAt(details, 'quantization_level');
  return {
    id,
    isLoaded: loaded.has(id),
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(family !== undefined && { family }),
    ...(parameters !== undefined && { parameters }),
    ...(quantization !== undefined && { quantization }),
  };
}

/** A download is of several files, each told by its digest; `completed` is absent until the first bytes of one are there. */
class Layers {
  readonly #byDigest = new Map<string, { readonly total: number; readonly completed: number }>();

  with(message: JsonObject, status: string): PullProgress {
    const digest = stringAt(message, 'digest');
    if (digest !== undefined) {
      const before = this.#byDigest.get(digest);
      this.#byDigest.set(digest, {
        total: bytesAt(message, 'total') ?? before?.total ?? 0,
        completed: bytesAt(message, 'completed') ?? before?.completed ?? 0,
      });
    }
    const layers = [...this.#byDigest.values()];
    return {
      completedBytes: layers.reduce((sum, { completed }) => sum + completed, 0),
      totalBytes: layers.reduce((sum, { total }) => sum + total, 0),
      // A digest tells nobody anything.
      detail: digest === undefined ? status : 'downloading',
    };
  }
}

/** `pull model manifest: file does not exist` is how Ollama says that nobody has such a model. */
function kindOfPullError(error: string): 'not_found' | 'unavailable' {
  return /does not exist|not found/i.test(error) ? 'not_found' : 'unavailable';
}
