import { Refusal } from '../errors.ts';
import { unreachableReason } from '../upstream.ts';
import { isProviderFailure } from '../upstream-failure.ts';
import { isObject, type JsonObject } from '../wire/json-shape.ts';
import { JsonLines, type JsonLine } from '../wire/json-lines.ts';
import { readUpstream, type UpstreamReading } from './read-upstream.ts';

/** What OpenAI takes: https://platform.openai.com/docs/guides/batch#rate-limits */
export const MAX_FILE_BYTES = 200 * 1024 * 1024;
export const MAX_REQUESTS = 50_000;
/** What one call may send (contract section 3). */
const MAX_LINE_BYTES = 10 * 1024 * 1024;

/**
 * Reads the requests of a batch where the provider has them, a line at a time.
 *
 * @param add told of each line; what it throws ends the reading.
 * @throws Refusal `request_too_large`, `invalid_request_error` for what is no such file or cannot be had, `upstream_error`.
 */
export async function readInputFile(
  reading: UpstreamReading & { readonly provider: string },
  add: (line: JsonObject) => void,
): Promise<void> {
  const lines = new JsonLines(MAX_LINE_BYTES);
  let bytes = 0;
  let count = 0;
  const take = (line: JsonLine): void => {
    count++;
    if (count > MAX_REQUESTS) throw tooLarge(`has more than ${MAX_REQUESTS} requests`);
    if (line === 'too long') throw tooLarge(`has a request of more than ${MAX_LINE_BYTES / 1_048_576} MiB`);
    add(objectIn(line, count));
  };
  try {
    await readUpstream(reading, {
      head: (status) => {
        if (status !== 200) throw unreadable(reading.provider, status);
      },
      data: (chunk) => {
        bytes += chunk.length;
        if (bytes > MAX_FILE_BYTES) throw tooLarge(`is larger than ${MAX_FILE_BYTES / 1_048_576} MiB`);
        for (const line of lines.read(chunk)) take(line);
      },
    });
  } catch (cause) {
    if (reading.isAbandoned()) throw left(cause);
    if (!isProviderFailure(cause as Error)) throw cause;
    throw new Refusal(
      'upstream_error',
      `could not read the batch's input file from ${reading.provider}: ${unreachableReason(cause as Error)}`,
      { cause },
    );
  }
  for (const line of lines.rest()) take(line);
}

function objectIn(line: Buffer, number: number): JsonObject {
  let json: unknown;
  try {
    json = JSON.parse(line.toString('utf8'));
  } catch {
    json = undefined;
  }
  if (isObject(json)) return json;
  throw new Refusal('invalid_request_error', `request ${number} of the batch: the line is no JSON object`);
}

function left(cause: unknown): Refusal {
  return new Refusal('invalid_request_error', 'the client left before its batch was priced', { cause });
}

function tooLarge(what: string): Refusal {
  return new Refusal('request_too_large', `the batch's input file ${what}: make several batches of it`);
}

function unreadable(provider: string, status: number): Refusal {
  const type = status >= 500 ? 'upstream_error' : 'invalid_request_error';
  return new Refusal(
    type,
    `the batch's input file could not be read from ${provider} (HTTP ${status}), so what the batch costs is not known:` +
      ' check input_file_id and your key, then try again',
  );
}
