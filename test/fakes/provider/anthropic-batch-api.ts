import type { AcceptedKeys, AskedRequest } from './answer.ts';
import { anthropic, anthropicHeaders } from './anthropic.ts';
import { type BatchJob, type BatchJobs, type BatchedRequest, answerOf } from './batch-jobs.ts';
import { type JsonObject, objectsIn } from './json.ts';
import { type Reply, jsonReply } from './reply.ts';
import type { Script } from './script.ts';

const SEED = '0'.repeat(64);
const CREATED_AT = '2026-01-01T00:00:00Z';
const EXPIRES_AT = '2026-01-02T00:00:00Z';

/**
 * Message Batches. Source: https://docs.anthropic.com/en/api/creating-message-batches
 *
 * A request whose `custom_id` begins with `expired` or `canceled` ends so.
 */
export function anthropicBatchApi(
  request: AskedRequest,
  jobs: BatchJobs,
  keys: AcceptedKeys,
  script: Script,
): Reply | undefined {
  const match = /^\/v1\/messages\/batches(?:\/([^/]+)(?:\/(results|cancel))?)?$/.exec(request.path);
  if (match === null) return undefined;
  const refusal = keys.anthropic === null ? undefined : anthropic.refusal(request.headers, keys.anthropic);
  if (refusal !== undefined) return anthropic.error(refusal, SEED);
  const [, id, more] = match;
  const job = jobs.jobs.get(id ?? '');
  const route = `${request.method} ${id === undefined ? '' : '*'}${more === undefined ? '' : `/${more}`}`;
  switch (route) {
    case 'POST ':
      return json(batchObject(create(request, jobs)));
    case 'GET ':
      return json({ data: [...jobs.jobs.values()].map(batchObject), has_more: false });
    case 'GET *':
      return job && json(batchObject(ended(job, keys, script)));
    case 'POST */cancel':
      if (job?.status === 'new') job.status = 'cancelling';
      return job && json(batchObject(job));
    case 'GET */results':
      return job?.results && results(job.results);
    default:
      return undefined;
  }
}

function json(body: unknown): Reply {
  return jsonReply(200, anthropicHeaders(SEED), body);
}

function results(lines: string[]): Reply {
  const headers: Reply['headers'] = [['Content-Type', 'application/x-jsonl'], ...anthropicHeaders(SEED)];
  return { status: 200, headers, streamed: true, parts: lines.map((line) => Buffer.from(line)) };
}

function create({ headers, body }: AskedRequest, jobs: BatchJobs): BatchJob {
  const asked = JSON.parse(body) as JsonObject;
  const requests = objectsIn(asked['requests']).map((one) => ({
    customId: String(one['custom_id']),
    path: '/v1/messages',
    body: one['params'] as JsonObject,
  }));
  return jobs.addJob('msgbatch_', { asked: {}, requests, headers });
}

function ended(job: BatchJob, keys: AcceptedKeys, script: Script): BatchJob {
  job.results ??= job.requests.map((request) => {
    const result = job.status === 'cancelling' ? { type: 'canceled' } : resultOf(request, job, keys, script);
    return `${JSON.stringify({ custom_id: request.customId, result })}\n`;
  });
  job.status = 'over';
  return job;
}

function resultOf(request: BatchedRequest, job: BatchJob, keys: AcceptedKeys, script: Script): object {
  const wished = /^(expired|canceled)/.exec(request.customId)?.[1];
  if (wished !== undefined) return { type: wished };
  const { status, body } = answerOf(request, job.headers, keys, script);
  return status === 200 ? { type: 'succeeded', message: body } : { type: 'errored', error: body };
}

function batchObject(job: BatchJob): object {
  const isOver = job.status === 'over';
  const count = (type: string): number =>
    job.results?.filter((line) => line.includes(`"result":{"type":"${type}"`)).length ?? 0;
  return {
    id: job.id,
    type: 'message_batch',
    processing_status: isOver ? 'ended' : job.status === 'cancelling' ? 'canceling' : 'in_progress',
    request_counts: {
      processing: isOver ? 0 : job.requests.length,
      succeeded: count('succeeded'),
      errored: count('errored'),
      canceled: count('canceled'),
      expired: count('expired'),
    },
    ended_at: isOver ? CREATED_AT : null,
    created_at: CREATED_AT,
    expires_at: EXPIRES_AT,
    archived_at: null,
    cancel_initiated_at: null,
    // The provider's own address, whoever asks.
    results_url: isOver ? `https://api.anthropic.com/v1/messages/batches/${job.id}/results` : null,
  };
}
