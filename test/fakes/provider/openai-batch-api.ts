import type { AcceptedKeys, AskedRequest } from './answer.ts';
import { type BatchJob, type BatchJobs, type StoredFile, answerOf, newId } from './batch-jobs.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { multipartFields } from './multipart.ts';
import { openai, openaiHeaders } from './openai.ts';
import { type Reply, jsonReply } from './reply.ts';
import type { Script } from './script.ts';

const SEED = '0'.repeat(64);
const CREATED_SECONDS = 1_760_000_000;

/**
 * Files and batches. Sources: https://platform.openai.com/docs/api-reference/files and /batch
 *
 * `metadata.fake_status` has a batch end so: `failed`, `expired`, or stay `in_progress`.
 */
export function openaiBatchApi(
  request: AskedRequest,
  jobs: BatchJobs,
  keys: AcceptedKeys,
  script: Script,
): Reply | undefined {
  const [, root, kind, id, more] = request.path.split('/');
  if (root !== 'v1' || (kind !== 'files' && kind !== 'batches')) return undefined;
  const refusal = keys.openai === null ? undefined : openai.refusal(request.headers, keys.openai);
  if (refusal !== undefined) return openai.error(refusal, SEED);
  const route = `${request.method} ${kind}${id === undefined ? '' : '/*'}${more === undefined ? '' : `/${more}`}`;
  const file = jobs.files.get(id ?? '');
  const job = jobs.jobs.get(id ?? '');
  switch (route) {
    case 'POST files':
      return json(fileObject(upload(request, jobs)));
    case 'GET files/*':
      return file && json(fileObject(file));
    case 'GET files/*/content':
      return file && contentReply(file);
    case 'POST batches':
      return create(request, jobs);
    case 'GET batches/*':
      return job && json(batchObject(finished(job, jobs, keys, script)));
    case 'GET batches':
      return json({ object: 'list', data: [...jobs.jobs.values()].map(batchObject), has_more: false });
    case 'POST batches/*/cancel':
      if (job?.status === 'new') job.status = 'cancelling';
      return job && json(batchObject(job));
    default:
      return undefined;
  }
}

function json(body: unknown): Reply {
  return jsonReply(200, openaiHeaders(SEED), body, 2);
}

function contentReply(file: StoredFile): Reply {
  const headers: Reply['headers'] = [['Content-Type', 'application/octet-stream'], ...openaiHeaders(SEED)];
  return { status: 200, headers, streamed: false, parts: [file.content] };
}

function upload({ headers, body }: AskedRequest, jobs: BatchJobs): StoredFile {
  const fields = multipartFields(headers['content-type'] ?? '', body);
  const content = Buffer.from(fields.get('file') ?? '');
  return jobs.addFile({ filename: 'batch.jsonl', purpose: fields.get('purpose') ?? '', content });
}

function create({ headers, body }: AskedRequest, jobs: BatchJobs): Reply {
  const asked = JSON.parse(body) as JsonObject;
  const file = jobs.files.get(String(asked['input_file_id']));
  if (file === undefined) return openai.error({ status: 400, message: 'No such file.' }, SEED);
  const lines = file.content.toString('utf8').split('\n').filter(Boolean);
  const requests = lines.map((line) => {
    const request = JSON.parse(line) as JsonObject;
    return {
      customId: String(request['custom_id']),
      path: String(request['url']),
      body: request['body'] as JsonObject,
    };
  });
  return json(batchObject(jobs.addJob('batch_', { asked, requests, headers })));
}

/** Does a new batch, unless it is to end otherwise. */
function finished(job: BatchJob, jobs: BatchJobs, keys: AcceptedKeys, script: Script): BatchJob {
  const { metadata } = job.asked;
  const wished = isJsonObject(metadata) ? metadata['fake_status'] : undefined;
  if (wished !== undefined || job.results !== undefined) return job;
  const answers = job.requests.map((request) => {
    const { status, body } = answerOf(request, job.headers, keys, script);
    const response = { status_code: status, request_id: newId('req_'), body };
    const line = { id: newId('batch_req_'), custom_id: request.customId, response, error: null };
    return { isGood: status === 200, line: `${JSON.stringify(line)}\n` };
  });
  // Of a batch that was called off the first half is done.
  const done = job.status === 'cancelling' ? answers.slice(0, Math.ceil(answers.length / 2)) : answers;
  job.results = done.filter(({ isGood }) => isGood).map(({ line }) => line);
  job.errors = done.filter(({ isGood }) => !isGood).map(({ line }) => line);
  const file = { filename: `${job.id}_output.jsonl`, purpose: 'batch_output' };
  if (job.results.length > 0) {
    job.outputFileId = jobs.addFile({ ...file, content: Buffer.from(job.results.join('')) }).id;
  }
  return job;
}

function batchObject(job: BatchJob): object {
  const { metadata } = job.asked;
  const wished = isJsonObject(metadata) ? metadata['fake_status'] : undefined;
  const over = job.status === 'cancelling' ? 'cancelled' : 'completed';
  const open = job.status === 'cancelling' ? 'cancelling' : 'validating';
  return {
    id: job.id,
    object: 'batch',
    endpoint: job.asked['endpoint'],
    errors: null,
    input_file_id: job.asked['input_file_id'],
    completion_window: '24h',
    status: wished ?? (job.results === undefined ? open : over),
    output_file_id: job.outputFileId ?? null,
    error_file_id: null,
    created_at: CREATED_SECONDS,
    request_counts: {
      total: job.requests.length,
      completed: job.results?.length ?? 0,
      failed: job.errors?.length ?? 0,
    },
    metadata: metadata ?? null,
  };
}

function fileObject({ id, filename, purpose, content }: StoredFile): object {
  const created_at = CREATED_SECONDS;
  return { id, object: 'file', bytes: content.length, created_at, filename, purpose, status: 'processed' };
}
