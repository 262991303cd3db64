import { Refusal } from '../errors.ts';
import { readMessage } from '../usage/anthropic-messages.ts';
import { countAt, isObject, objectAt, objectsAt, stringAt, type JsonObject } from '../wire/json-shape.ts';
import { plainPath } from '../wire/plain-path.ts';
import type { BatchApi, BatchCreation, BatchResult, BatchStatus, BatchStep } from './batch-api.ts';

const BATCHES = '/v1/messages/batches';
const RESULTS = /^\/v1\/messages\/batches\/([^/]+)\/results$/;
const TELLING = /^\/v1\/messages\/batches(\/[^/]+)?$/;
const CANCELLING = /^\/v1\/messages\/batches\/[\w-]+\/cancel$/;

/** What a path of Anthropic's asks of batches; `undefined`: nothing. */
export function anthropicBatchStep(method: string, path: string): BatchStep | undefined {
  if (method === 'POST') {
    if (path === BATCHES) return { does: 'create' };
    return CANCELLING.test(path) ? { does: 'tell' } : undefined;
  }
  if (method !== 'GET') return undefined;
  const plain = plainPath(path);
  const resultsId = RESULTS.exec(plain)?.[1];
  if (resultsId !== undefined) return { does: 'results', resultsId };
  return TELLING.test(plain) ? { does: 'tell' } : undefined;
}

/** Message Batches: https://docs.anthropic.com/en/api/creating-message-batches */
export const anthropicBatches: BatchApi = {
  // With the beta `output-300k`, of batches only.
  passesModelMaximum: true,
  creationOf,
  statusesIn(answer) {
    const batches = Array.isArray(answer['data']) ? objectsAt(answer, 'data') : [answer];
    return batches.flatMap((batch) => statusOf(batch) ?? []);
  },
  resultOf,
  redirect: (answer) => answer.replaceAll(RESULTS_URL, '$<name>"$<path>"'),
};

/**
 * `results_url` is an address of the provider's own, and its SDKs go where it says, past Candela. Without a host it
 * leads to where the client has its base address, whatever stands between the two.
 */
const RESULTS_URL =
  /(?<name>"results_url"\s*:\s*)"https?:[^"]*?(?<path>\/v1\/messages\/batches\/[\w-]+\/results)"/g;

function creationOf(json: JsonObject): BatchCreation {
  const requests = json['requests'];
  if (!Array.isArray(requests)) {
    throw new Refusal('invalid_request_error', 'missing or invalid requests field');
  }
  return {
    requests: requests.map((request: unknown, index) => {
      const body = isObject(request) ? request['params'] : undefined;
      if (isObject(body)) return { operation: 'chat', path: '/v1/messages', body };
      throw new Refusal('invalid_request_error', `request ${index + 1} of the batch has no params`);
    }),
  };
}

/** https://docs.anthropic.com/en/api/retrieving-message-batches */
function statusOf(batch: JsonObject): BatchStatus | undefined {
  const batchId = stringAt(batch, 'id');
  if (batch['type'] !== 'message_batch' || batchId === undefined) return undefined;
  const isOver = batch['processing_status'] === 'ended';
  const answered = countAt(objectAt(batch, 'request_counts'), 'succeeded');
  return { batchId, resultsId: batchId, isInVain: isOver && answered === 0 };
}

/** https://docs.anthropic.com/en/api/retrieving-message-batch-results */
function resultOf(line: JsonObject): BatchResult | undefined {
  const { result } = line;
  if (stringAt(line, 'custom_id') === undefined || !isObject(result)) return undefined;
  if (result['type'] !== 'succeeded') return { answer: undefined };
  return { answer: objectAt(result, 'message'), read: readMessage };
}
