import { isObject, objectsAt, stringAt, type JsonObject } from '../wire/json-shape.ts';
import { ANTHROPIC_REQUEST_FIELDS } from './anthropic-request-fields.ts';
import { OPENAI_REQUEST_FIELDS } from './openai-request-fields.ts';

/** The format a request to the `anthropic` provider is written in (contract section 1). */
export type RequestFormat = 'openai' | 'anthropic';

const OPENAI_ROLES: ReadonlySet<string | undefined> = new Set(['developer', 'tool', 'function']);
const OPENAI_PARTS: ReadonlySet<string | undefined> = new Set([
  'image_url',
  'input_audio',
  'file',
  'refusal',
]);
const SHARED_PARTS: ReadonlySet<string | undefined> = new Set(['text', undefined]);
const OPENAI_CHOICES: ReadonlySet<string | undefined> = new Set(['function', 'custom', 'allowed_tools']);

/**
 * Tells an Anthropic messages request from an OpenAI chat request by what only one of them has. A request that
 * both could be (a model, a limit, plain text) means the same in both and counts as OpenAI's; so does one that
 * mixes them, whose Anthropic field is then refused by name.
 */
export function detectRequestFormat(request: JsonObject): RequestFormat {
  const signs = new Set([...topLevelSigns(request), ...toolSigns(request), ...messageSigns(request)]);
  return signs.has('anthropic') && !signs.has('openai') ? 'anthropic' : 'openai';
}

function* topLevelSigns(request: JsonObject): Generator<RequestFormat> {
  for (const key of Object.keys(request)) {
    const isOpenAi = Object.hasOwn(OPENAI_REQUEST_FIELDS, key);
    const isAnthropic = Object.hasOwn(ANTHROPIC_REQUEST_FIELDS, key);
    if (isOpenAi !== isAnthropic) yield isOpenAi ? 'openai' : 'anthropic';
  }
  const { metadata, service_tier: tier } = request;
  if (isObject(metadata) && Object.keys(metadata).join() === 'user_id') yield 'anthropic';
  if (tier === 'standard_only') yield 'anthropic';
}

function* toolSigns(request: JsonObject): Generator<RequestFormat> {
  for (const tool of objectsAt(request, 'tools')) {
    yield isObject(tool['function']) || isObject(tool['custom']) ? 'openai' : 'anthropic';
  }
  const choice = request['tool_choice'];
  if (typeof choice === 'string') yield 'openai';
  if (isObject(choice)) yield OPENAI_CHOICES.has(stringAt(choice, 'type')) ? 'openai' : 'anthropic';
}

function* messageSigns(request: JsonObject): Generator<RequestFormat> {
  for (const [index, message] of objectsAt(request, 'messages').entries()) {
    const role = stringAt(message, 'role');
    if (OPENAI_ROLES.has(role) || (role === 'system' && index === 0)) yield 'openai';
    if ('tool_calls' in message || 'tool_call_id' in message) yield 'openai';
    for (const part of objectsAt(message, 'content')) {
      const type = stringAt(part, 'type');
      if (OPENAI_PARTS.has(type)) yield 'openai';
      else if (!SHARED_PARTS.has(type)) yield 'anthropic';
    }
  }
}
