import { Refusal } from '../errors.ts';
import type { OperationName } from '../../spans/span-record.ts';
import { isObject, objectAt, objectsAt, stringAt, type JsonObject } from '../wire/json-shape.ts';
import { refuseUntoldCost } from '../untold-cost.ts';
import { readChatAnswer } from '../usage/openai-chat.ts';
import { readResponse } from '../usage/openai-responses.ts';
import type { ReadAnswer } from '../usage/json-meter.ts';
import { plainPath } from '../wire/plain-path.ts';
import type { BatchApi, BatchCreation, BatchResult, BatchStatus, BatchStep } from './batch-api.ts';

/** What a batch may ask, as far as its price is known: https://platform.openai.com/docs/guides/batch */
const ENDPOINTS: ReadonlyMap<string, OperationName> = new Map<string, OperationName>([
  ['/v1/chat/completions', 'chat'],
  ['/v1/responses', 'chat'],
  ['/v1/completions', 'text_completion'],
  ['/v1/embeddings', 'embeddings'],
]);

/** `GET` of a file's content hands out results if the file is a batch's output, which only its lines tell for sure. */
const RESULTS = /^\/v1\/files\/([^/]+)\/content$/;
const TELLING = /^\/v1\/batches(\/[^/]+)?$/;
const CANCELLING = /^\/v1\/batches\/[\w-]+\/cancel$/;

/** What a path of OpenAI's asks of batches; `undefined`: nothing. */
export function openAiBatchStep(method: string, path: string): BatchStep | undefined {
  if (method === 'POST') {
    if (path === '/v1/batches') return { does: 'create' };
    return CANCELLING.test(path) ? { does: 'tell' } : undefined;
  }
  if (method !== 'GET') return undefined;
  const plain = plainPath(path);
  const resultsId = RESULTS.exec(plain)?.[1];
  if (resultsId !== undefined) return { does: 'results', resultsId };
  return TELLING.test(plain) ? { does: 'tell' } : undefined;
}

/** The Batch API: requests in a file, results in another. https://platform.openai.com/docs/api-reference/batch */
export const openAiBatches: BatchApi = {
  passesModelMaximum: false,
  creationOf,
  statusesIn(answer) {
    const batches = answer['object'] === 'list' ? objectsAt(answer, 'data') : [answer];
    return batches.flatMap((batch) => statusOf(batch) ?? []);
  },
  resultOf,
};

function creationOf(json: JsonObject): BatchCreation {
  const endpoint = stringAt(json, 'endpoint') ?? '';
  const operation = ENDPOINTS.get(endpoint);
  if (operation === undefined) {
    throw new Refusal(
      'pricing_not_configured',
      `what a batch of ${JSON.stringify(endpoint.slice(0, 128))} costs is not known to Candela, so it is not passed on:` +
        ` batches of ${[...ENDPOINTS.keys()].join(', ')} are`,
    );
  }
  const fileId = stringAt(json, 'input_file_id');
  if (fileId === undefined || !/^[\w-]+$/.test(fileId)) {
    throw new Refusal('invalid_request_error', 'missing or invalid input_file_id field');
  }
  return {
    contentPath: `/v1/files/${fileId}/content`,
    requestOf(line) {
      const body = line['body'];
      if (line['method'] !== 'POST' || line['url'] !== endpoint || !isObject(body)) {
        throw new Refusal(
          'invalid_request_error',
          `it must have "method":"POST", "url":${JSON.stringify(endpoint)} as the batch has it, and a body`,
        );
      }
      refuseUntoldCost(body);
      return { operation, path: endpoint, body };
    },
  };
}

/** https://platform.openai.com/docs/api-reference/batch/object */
function statusOf(batch: JsonObject): BatchStatus | undefined {
  const batchId = stringAt(batch, 'id');
  if (batch['object'] !== 'batch' || batchId === undefined) return undefined;
  const resultsId = stringAt(batch, 'output_file_id');
  const isOver = ['completed', 'failed', 'expired', 'cancelled'].includes(stringAt(batch, 'status') ?? '');
  return { batchId, ...(resultsId && { resultsId }), isInVain: isOver && !resultsId };
}

/** https://platform.openai.com/docs/api-reference/batch/request-output */
function resultOf(line: JsonObject): BatchResult | undefined {
  if (stringAt(line, 'custom_id') === undefined || !('response' in line)) return undefined;
  const response = objectAt(line, 'response');
  const status = response['status_code'];
  if (typeof status !== 'number' || status < 200 || status >= 300) return { answer: undefined };
  const answer = objectAt(response, 'body');
  const read: ReadAnswer = answer['object'] === 'response' ? readResponse : readChatAnswer;
  return { answer, read };
}
