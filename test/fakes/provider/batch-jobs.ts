import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type AcceptedKeys, type AskedRequest, answer } from './answer.ts';
import type { JsonObject } from './json.ts';
import type { Script } from './script.ts';

/** A file that was uploaded, or that a batch has left. */
export interface StoredFile {
  id: string;
  filename: string;
  purpose: string;
  content: Buffer;
}

/** A batch of either provider, done the moment somebody asks how it stands. */
export interface BatchJob {
  id: string;
  /** As the creation said it: `endpoint`, `input_file_id`, `metadata`. */
  asked: JsonObject;
  requests: BatchedRequest[];
  headers: IncomingHttpHeaders;
  status: 'new' | 'cancelling' | 'over';
  /** The lines of the results, and of OpenAI's errors, once it is over. */
  results?: string[];
  errors?: string[];
  outputFileId?: string;
}

export interface BatchedRequest {
  customId: string;
  path: string;
  body: JsonObject;
}

/** What the fake keeps between the calls of a batch. */
export class BatchJobs {
  readonly files = new Map<string, StoredFile>();
  readonly jobs = new Map<string, BatchJob>();

  addFile(file: Omit<StoredFile, 'id'>): StoredFile {
    const stored = { id: newId('file-'), ...file };
    this.files.set(stored.id, stored);
    return stored;
  }

  addJob(idPrefix: string, job: Omit<BatchJob, 'id' | 'status'>): BatchJob {
    const added: BatchJob = { id: newId(idPrefix), status: 'new', ...job };
    this.jobs.set(added.id, added);
    return added;
  }
}

/** What a request of a batch would be answered if it were sent alone. */
export function answerOf(
  { path, body }: BatchedRequest,
  headers: IncomingHttpHeaders,
  keys: AcceptedKeys,
  script: Script,
): { status: number; body: JsonObject } {
  const asked: AskedRequest = { method: 'POST', path, headers, body: JSON.stringify(body) };
  const { reply } = answer(asked, keys, script);
  return {
    status: reply.status,
    body: JSON.parse(Buffer.concat(reply.parts).toString('utf8')) as JsonObject,
  };
}

export function newId(prefix: string): string {
  return prefix + randomBytes(12).toString('hex');
}
