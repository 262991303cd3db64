import type { ErrorType } from '@anthropic-ai/sdk/resources/shared';
import type { Refusal } from '../errors.ts';
import { isObject, objectAt, stringAt, type JsonObject } from '../wire/json-shape.ts';
import { Untranslatable } from './untranslatable.ts';

/** https://platform.openai.com/docs/guides/error-codes */
export interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** https://platform.claude.com/docs/en/api/errors */
export interface AnthropicErrorBody {
  readonly type: 'error';
  readonly error: { readonly type: string; readonly message: string };
  readonly request_id: string | null;
}

interface OpenAiKind {
  readonly type: string;
  readonly code: string | null;
}

/** Anthropic's error types; `request_too_large` comes with 413, though the SDK does not list it. */
type AnthropicErrorType = ErrorType | 'request_too_large';

const INVALID = 'invalid_request_error';

const OPENAI_KINDS: Readonly<Record<AnthropicErrorType, OpenAiKind>> = {
  invalid_request_error: { type: INVALID, code: null },
  authentication_error: { type: INVALID, code: 'invalid_api_key' },
  billing_error: { type: 'insufficient_quota', code: 'insufficient_quota' },
  permission_error: { type: INVALID, code: 'permission_denied' },
  not_found_error: { type: INVALID, code: 'not_found' },
  request_too_large: { type: INVALID, code: 'request_too_large' },
  rate_limit_error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  timeout_error: { type: 'server_error', code: 'timeout' },
  api_error: { type: 'server_error', code: null },
  overloaded_error: { type: 'server_error', code: 'overloaded' },
  conflict_error: { type: INVALID, code: 'conflict' },
  memory_precondition_failed_error: { type: INVALID, code: 'memory_precondition_failed' },
  memory_path_conflict_error: { type: INVALID, code: 'memory_path_conflict' },
};

/** Where a body does not say its type in Anthropic's words (OpenAI's, or a cloud's in front), the status does. */
const TYPES_BY_STATUS: Readonly<Record<number, AnthropicErrorType>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** @param body Parsed JSON or text, Anthropic's or that of whatever stands in front of it. */
export function anthropicErrorToOpenAi(status: number, body: unknown): OpenAiErrorBody {
  const error = errorObject(body);
  const said = stringAt(error, 'type');
  const kind = isAnthropicType(said) ? OPENAI_KINDS[said] : OPENAI_KINDS[typeByStatus(status)];
  return {
    error: { message: messageOf(body, error, status), type: kind.type, param: null, code: kind.code },
  };
}

/** @param body Parsed JSON or text, OpenAI's or that of a server like it. */
export function openAiErrorToAnthropic(status: number, body: unknown): AnthropicErrorBody {
  const error = errorObject(body);
  const code = stringAt(error, 'code') ?? stringAt(error, 'type');
  const type = code === 'insufficient_quota' ? 'billing_error' : typeByStatus(status);
  return { type: 'error', error: { type, message: messageOf(body, error, status) }, request_id: null };
}

/** What OpenAI's codes and types mean where no status says it. https://platform.openai.com/docs/guides/error-codes */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  context_length_exceeded: 400,
  invalid_request_error: 400,
  invalid_api_key: 401,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  server_is_overloaded: 503,
  slow_down: 503,
};

/** An error within a stream: it has no status, but servers like OpenAI's put the one it would have had into `code`. */
export function streamedOpenAiErrorToAnthropic(event: JsonObject): AnthropicErrorBody {
  const body = isObject(event['error']) ? event : { error: event };
  const error = objectAt(body, 'error');
  const code = error['code'];
  const status = typeof code === 'number' ? code : (statusOf(code) ?? statusOf(error['type']) ?? 500);
  return openAiErrorToAnthropic(status, body);
}

function statusOf(code: unknown): number | undefined {
  return typeof code === 'string' && Object.hasOwn(STATUS_BY_CODE, code) ? STATUS_BY_CODE[code] : undefined;
}

/** A refusal of the gateway itself, in contract section 3's shape, which is OpenAI's. */
export function refusalToOpenAi(refusal: Refusal): OpenAiErrorBody {
  const param = refusal instanceof Untranslatable ? refusal.field : null;
  return { error: { message: refusal.message, type: refusal.type, param, code: refusal.type } };
}

export function refusalToAnthropic(refusal: Refusal): AnthropicErrorBody {
  const error = { type: typeByStatus(refusal.status), message: refusal.message };
  return { type: 'error', error, request_id: null };
}

function typeByStatus(status: number): AnthropicErrorType {
  return TYPES_BY_STATUS[status] ?? (status >= 400 && status < 500 ? 'invalid_request_error' : 'api_error');
}

function isAnthropicType(type: string | undefined): type is AnthropicErrorType {
  return type !== undefined && Object.hasOwn(OPENAI_KINDS, type);
}

/** Google's endpoints put the body of a failed stream into an array of one. */
function errorObject(body: unknown): JsonObject {
  const holder: unknown = Array.isArray(body) ? body[0] : body;
  return isObject(holder) ? objectAt(holder, 'error') : {};
}

function messageOf(body: unknown, error: JsonObject, status: number): string {
  const text = stringAt(error, 'message') ?? (isObject(body) ? stringAt(body, 'message') : undefined);
  return (
    text ?? (typeof body === 'string' && body !== '' ? body : `the provider answered with status ${status}`)
  );
}
