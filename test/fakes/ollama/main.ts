import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { FakeRefusal, serveFakeRuntime, type RuntimeRequest } from '../runtime/fake-runtime.ts';

/**
 * A fake of Ollama: https://github.com/ollama/ollama/blob/main/docs/api.md. It is run as `ollama serve` and listens
 * where OLLAMA_HOST says. How a pull goes is in the model's name: `stuck…` stops half way until `POST /_fake/release`,
 * `cut…` loses the connection half way, `none…` is in no registry; every other one is there after 20 steps. With FAKE_STUCK=all every one is stuck.
 */

const GIGABYTE = 1_000_000_000;
const STEPS = 20;
const STEP_MS = 15;

const failure = process.env['FAKE_FAILS_AT_START'];
if (failure !== undefined) {
  process.stderr.write(`time=now level=INFO msg="starting"\n${failure}\n`);
  process.exit(1);
}
if (process.argv[2] !== 'serve') {
  process.stderr.write(`Error: unknown command "${process.argv[2]}" for "ollama"\n`);
  process.exit(1);
}

interface Stored {
  readonly name: string;
  readonly size: number;
  readonly family: string;
  readonly parameters: string;
}

const stored = new Map<string, Stored>(
  [
    { name: 'llama3.2:3b', size: 2_019_393_189, family: 'llama', parameters: '3.2B' },
    { name: 'nomic-embed-text:latest', size: 274_302_450, family: 'nomic-bert', parameters: '137M' },
  ].map((model) => [model.name, model]),
);
const loaded = new Set<string>();
/** Bytes of each model that an earlier pull has left. */
const partial = new Map<string, number>();
let released = Promise.withResolvers<void>();

const [host = '127.0.0.1', port = ''] = (process.env['OLLAMA_HOST'] ?? '127.0.0.1').split(':');
serveFakeRuntime({ host, port: Number(process.env['FAKE_PORT'] ?? port), answer });

async function answer(request: RuntimeRequest, response: ServerResponse): Promise<object | undefined> {
  const { method, path, body } = request;
  switch (`${method} ${path}`) {
    case 'POST /_fake/release':
      released.resolve();
      released = Promise.withResolvers<void>();
      return {};
    case 'GET /api/version':
      return { version: '0.12.11' };
    case 'GET /api/tags':
      return { models: [...stored.values()].map(tagOf) };
    case 'GET /api/ps':
      return { models: [...loaded].map((name) => ({ ...tagOf(known(name)), size_vram: 0 })) };
    case 'POST /api/generate': {
      const { name } = known(String(body['model']));
      if (body['keep_alive'] === 0) loaded.delete(name);
      else loaded.add(name);
      const reason = body['keep_alive'] === 0 ? 'unload' : 'load';
      return { model: body['model'], response: '', done: true, done_reason: reason };
    }
    case 'DELETE /api/delete': {
      const { name } = known(String(body['model']));
      stored.delete(name);
      loaded.delete(name);
      return {};
    }
    case 'POST /api/pull':
      await pull(String(body['model']), response);
      return undefined;
    case 'POST /v1/chat/completions': {
      const { name } = known(String(body['model']));
      loaded.add(name);
      return {
        ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: body['model'] },
        choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
      };
    }
    case 'GET /v1/models':
      return { object: 'list', data: [...stored.keys()].map((id) => ({ id, object: 'model' })) };
    default:
      return undefined;
  }
}

function full(name: string): string {
  return name.includes(':') ? name : `${name}:latest`;
}

function known(name: string): Stored {
  const model = stored.get(full(name));
  if (model === undefined) throw new FakeRefusal(404, { error: `model '${name}' not found` });
  return model;
}

function tagOf({ name, size, family, parameters }: Stored): object {
  return {
    ...{ name, model: name, size, modified_at: '2025-11-01T10:00:00Z', digest: 'a2af6cc3eb7f' },
    details: { format: 'gguf', family, parameter_size: parameters, quantization_level: 'Q4_K_M' },
  };
}

async function pull(name: string, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const say = (message: object): boolean => response.write(`${JSON.stringify(message)}\n`);
  say({ status: 'pulling manifest' });
  if (name.startsWith('none')) {
    say({ error: 'pull model manifest: file does not exist' });
    response.end();
    return;
  }
  const digest = `sha256:${Buffer.from(name).toString('hex')}`;
  const layer = { status: `pulling ${digest.slice(7, 19)}`, digest, total: GIGABYTE };
  say(layer);
  for (let step = Math.floor(((partial.get(name) ?? 0) / GIGABYTE) * STEPS) + 1; step <= STEPS; step += 1) {
    await delay(STEP_MS);
    if (response.destroyed) return;
    const completed = (GIGABYTE / STEPS) * step;
    partial.set(name, completed);
    const line = `${JSON.stringify({ ...layer, completed })}\n`;
    // In two pieces, as a network may deliver it.
    response.write(line.slice(0, 25));
    response.write(line.slice(25));
    if (step !== STEPS / 2) continue;
    if (name.startsWith('cut')) {
      await delay(STEP_MS);
      response.destroy();
      return;
    }
    if (name.startsWith('stuck') || process.env['FAKE_STUCK'] === 'all')
      await Promise.race([released.promise, gone(response)]);
  }
  for (const status of ['verifying sha256 digest', 'writing manifest', 'success']) say({ status });
  stored.set(full(name), { name: full(name), size: GIGABYTE, family: 'fake', parameters: '1B' });
  response.end();
}

async function gone(response: ServerResponse): Promise<void> {
  await new Promise((resolve) => response.once('close', resolve));
}
