import { setTimeout as delay } from 'node:timers/promises';
import { objectAt, objectsAt, stringAt, type JsonObject } from '../gateway/wire/json-shape.ts';
import { bytesAt } from './byte-count.ts';
import type { BackendSettings, PullProgress, RuntimeBackend, RuntimeModel } from './runtime-backend.ts';
import { RuntimeError } from './runtime-error.ts';
import { RuntimeHttp } from './runtime-http.ts';

const TITLE = 'LM Studio';

/** Its API does not tell of progress by itself. */
const ASK_EVERY_MS = 500;

/**
 * LM Studio 0.4 and later, by its REST API (https://lmstudio.ai/docs/developer/rest); its server is started and
 * stopped with `lms` (https://lmstudio.ai/docs/cli). What versions before that have is enough to list models.
 */
export function createLmStudio(settings: BackendSettings): RuntimeBackend {
  const http = new RuntimeHttp(TITLE, settings);
  const newest = async (signal: AbortSignal): Promise<readonly JsonObject[] | undefined> => {
    try {
      return objectsAt(await http.ask('GET', '/api/v1/models', signal), 'models');
    } catch (cause) {
      if (cause instanceof RuntimeError && cause.kind === 'not_found') return undefined;
      throw cause;
    }
  };
  const listModels: RuntimeBackend['listModels'] = async (signal) => {
    const models = await newest(signal);
    if (models !== undefined) return models.flatMap((model) => modelFrom(model) ?? []);
    const list = await http.ask('GET', '/api/v0/models', signal);
    return objectsAt(list, 'data').flatMap((model) => olderModelFrom(model) ?? []);
  };
  const act = async (path: string, body: object, signal: AbortSignal): Promise<JsonObject> => {
    if ((await newest(signal)) === undefined) {
      throw new RuntimeError(
        'unimplemented',
        'this LM Studio can only list its models for Candela: update it to 0.4 or later, or use its own window',
      );
    }
    return http.ask('POST', path, signal, body);
  };
  return {
    name: 'lmstudio',
    title: TITLE,
    endpoint: settings.endpoint,
    binary: 'lms',
    installHint: 'install LM Studio from https://lmstudio.ai/download and run it once, then `lms bootstrap`',
    launch: () => ({
      kind: 'command',
      args: ['server', 'start', '--port', new URL(settings.endpoint).port || '80'],
    }),
    stopArgs: ['server', 'stop'],
    canonicalId: (model) => model,
    async probe(signal) {
      await listModels(signal);
    },
    listModels,
    async loadModel(model, signal) {
      // It would load a second copy of a model that is there.
      const isLoaded = (await listModels(signal)).some((one) => one.id === model && one.isLoaded);
      if (!isLoaded) await act('/api/v1/models/load', { model }, signal);
      return 'loaded';
    },
    async unloadModel(model, signal) {
      const found = (await newest(signal))?.find((one) => stringAt(one, 'key') === model);
      const instances = found === undefined ? [] : objectsAt(found, 'loaded_instances');
      if (instances.length === 0) {
        await act('/api/v1/models/unload', { instance_id: model }, signal);
        return;
      }
      for (const instance of instances) {
        await act('/api/v1/models/unload', { instance_id: stringAt(instance, 'id') ?? model }, signal);
      }
    },
    async pull(model, onProgress, signal) {
      let job = await act('/api/v1/models/download', { model }, signal);
      const jobId = stringAt(job, 'job_id');
      for (;;) {
        const status = stringAt(job, 'status') ?? '';
        if (status === 'completed' || status === 'already_downloaded') return;
        if (status === 'failed' || jobId === undefined) {
          throw new RuntimeError('unavailable', `LM Studio could not download ${model}: see its log`);
        }
        onProgress(progressOf(job, status));
        await delay(ASK_EVERY_MS, undefined, { signal });
        job = await http.ask('GET', `/api/v1/models/download/status/${encodeURIComponent(jobId)}`, signal);
      }
    },
    cannotCancel: 'LM Studio’s API has no way to stop a download: cancel it in LM Studio’s own window',
    async deleteModel() {
      throw new RuntimeError(
        'unimplemented',
        'LM Studio’s API has no way to delete a model: delete it in LM Studio, under My Models',
      );
    },
  };
}

function modelFrom(model: JsonObject): RuntimeModel | undefined {
  const id = stringAt(model, 'key');
  if (id === undefined) return undefined;
  const sizeBytes = bytesAt(model, 'size_bytes');
  const family = stringAt(model, 'architecture');
  const parameters = stringAt(model, 'params_string');
  const quantization = stringAt(objectAt(model, 'quantization'), 'name');
  return {
    id,
    isLoaded: objectsAt(model, 'loaded_instances').length > 0,
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(family !== undefined && { family }),
    ...(parameters !== undefined && { parameters }),
    ...(quantization !== undefined && { quantization }),
  };
}

/** As `GET /api/v0/models` has it: https://lmstudio.ai/docs/developer/rest/endpoints */
function olderModelFrom(model: JsonObject): RuntimeModel | undefined {
  const id = stringAt(model, 'id');
  if (id === undefined) return undefined;
  const family = stringAt(model, 'arch');
  const quantization = stringAt(model, 'quantization');
  return {
    id,
    isLoaded: stringAt(model, 'state') === 'loaded',
    ...(family !== undefined && { family }),
    ...(quantization !== undefined && { quantization }),
  };
}

function progressOf(job: JsonObject, status: string): PullProgress {
  return {
    completedBytes: bytesAt(job, 'downloaded_bytes') ?? 0,
    totalBytes: bytesAt(job, 'total_size_bytes') ?? 0,
    detail: status,
  };
}
