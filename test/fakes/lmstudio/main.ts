import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FakeRefusal, serveFakeRuntime, type RuntimeRequest } from '../runtime/fake-runtime.ts';

/**
 * A fake of LM Studio's `lms` (https://lmstudio.ai/docs/cli) and of its REST API
 * (https://lmstudio.ai/docs/developer/rest). `lms server start --port …` leaves a server behind and ends;
 * `lms server stop` ends that. `lms serve` is the server itself. A download is there after it was asked for four times, one of
 * `stuck…` only after `POST /_fake/release`; one of `broken…` fails. After `POST /_fake/older` it is a version that has the API v0 only.
 */

const [command, ...args] = process.argv.slice(2);
/** Where `lms` finds the server that it started: one for each test. */
const note = join(process.env['FAKE_STATE'] ?? tmpdir(), 'fake-lm-studio.pid');

if (command === 'server' && args[0] === 'start') await startServer(args.at(-1) ?? '1234');
else if (command === 'server' && args[0] === 'stop') stopServer();
else serve();

async function startServer(port: string): Promise<void> {
  if (process.env['FAKE_FAILS_AT_START'] !== undefined) {
    process.stderr.write(`${process.env['FAKE_FAILS_AT_START']}\n`);
    process.exitCode = 1;
    return;
  }
  const script = fileURLToPath(import.meta.url);
  const server = spawn(process.execPath, [script, 'serve'], {
    env: { ...process.env, FAKE_PORT: port },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  await once(server.stdout, 'data');
  writeFileSync(note, String(server.pid));
  server.stdout.destroy();
  server.unref();
  process.stderr.write(`Success! Server is now running on port ${port}\n`);
}

function stopServer(): void {
  if (!existsSync(note)) {
    process.stderr.write('The server is not running.\n');
    process.exitCode = 1;
    return;
  }
  process.kill(Number(readFileSync(note, 'utf8')), 'SIGTERM');
  rmSync(note);
}

function serve(): void {
  const models = new Map([
    ['openai/gpt-oss-20b', { size: 12_109_565_632, loaded: false }],
    ['text-embedding-nomic-embed-text-v1.5', { size: 84_106_624, loaded: true }],
  ]);
  const jobs = new Map<string, { readonly model: string; asked: number }>();
  let isOlder = false;
  let isReleased = false;

  const jobJson = (id: string): object => {
    const job = jobs.get(id);
    if (job === undefined) throw refusal(404, 'job_not_found', 'there is no such download');
    const isStuck = job.model.startsWith('stuck') && job.asked === 2 && !isReleased;
    if (!isStuck) job.asked += 1;
    if (job.model.startsWith('broken') && job.asked > 2) return { job_id: id, status: 'failed' };
    const total = 2_279_145_000;
    const isDone = job.asked > 4;
    if (isDone) models.set(job.model, { size: total, loaded: false });
    return {
      ...{ job_id: id, status: isDone ? 'completed' : 'downloading', started_at: '2025-11-21T10:00:00Z' },
      ...{ total_size_bytes: total, downloaded_bytes: Math.floor((total * (job.asked - 1)) / 4) },
    };
  };
  const known = (key: string): { loaded: boolean } => {
    const model = models.get(key);
    if (model === undefined) throw refusal(404, 'model_not_found', `Model "${key}" not found`);
    return model;
  };
  const download = (model: string): object => {
    if (models.has(model)) return { status: 'already_downloaded' };
    const running = [...jobs].find(([, job]) => job.model === model);
    const id = running?.[0] ?? `job_${jobs.size + 1}`;
    if (running === undefined) jobs.set(id, { model, asked: 0 });
    return jobJson(id);
  };
  const answer = ({ method, path, body }: RuntimeRequest): object | undefined => {
    if (path === '/_fake/older') {
      isOlder = true;
      return {};
    }
    if (path === '/_fake/release') {
      isReleased = true;
      return {};
    }
    if (isOlder && path.startsWith('/api/v1/')) return undefined;
    const status = /^\/api\/v1\/models\/download\/status\/(.+)$/.exec(path)?.[1];
    if (status !== undefined) return jobJson(decodeURIComponent(status));
    switch (`${method} ${path}`) {
      case 'GET /api/v1/models':
        return { models: [...models].map(([key, model]) => listed(key, model)) };
      case 'GET /api/v0/models':
        return {
          object: 'list',
          data: [...models].map(([id, { loaded }]) => ({
            ...{ id, object: 'model', type: 'llm', arch: 'gpt-oss', quantization: 'MXFP4' },
            state: loaded ? 'loaded' : 'not-loaded',
          })),
        };
      case 'POST /api/v1/models/load':
        known(String(body['model'])).loaded = true;
        return { type: 'llm', instance_id: body['model'], load_time_seconds: 1.5, status: 'loaded' };
      case 'POST /api/v1/models/unload':
        known(String(body['instance_id'])).loaded = false;
        return { instance_id: body['instance_id'] };
      case 'POST /api/v1/models/download':
        return download(String(body['model']));
      default:
        return undefined;
    }
  };
  serveFakeRuntime({ host: '127.0.0.1', port: Number(process.env['FAKE_PORT'] ?? 0), answer });
}

function listed(key: string, { size, loaded }: { readonly size: number; readonly loaded: boolean }): object {
  return {
    ...{ type: 'llm', publisher: 'openai', key, display_name: key, architecture: 'gpt-oss' },
    ...{ quantization: { name: 'MXFP4', bits_per_weight: 4 }, size_bytes: size, params_string: '20B' },
    loaded_instances: loaded ? [{ id: key, config: { context_length: 4096 } }] : [],
    ...{ max_context_length: 131_072, format: 'gguf' },
  };
}

function refusal(status: number, type: string, message: string): FakeRefusal {
  return new FakeRefusal(status, { error: { type, message } });
}
