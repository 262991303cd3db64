import type { Tool, ToolChoice } from '@anthropic-ai/sdk/resources/messages';
import type {
  ChatCompletionAllowedToolChoice,
  ChatCompletionAllowedTools,
  ChatCompletionFunctionTool,
  ChatCompletionNamedToolChoice,
} from 'openai/resources/chat/completions';
import type { FunctionDefinition } from 'openai/resources/shared';
import { cacheControlOf } from './cache-control.ts';
import { defined } from './defined.ts';
import type { Field } from './field.ts';
import { checkFields, TRANSLATED, type FieldRule } from './field-rules.ts';

const TOOL_FIELDS = {
  type: TRANSLATED,
  function: TRANSLATED,
  cache_control: TRANSLATED,
} satisfies Record<keyof ChatCompletionFunctionTool | 'cache_control', FieldRule>;

const FUNCTION_FIELDS = {
  name: TRANSLATED,
  description: TRANSLATED,
  parameters: TRANSLATED,
  strict: TRANSLATED,
} satisfies Record<keyof FunctionDefinition, FieldRule>;

const ALLOWED_TOOLS_FIELDS = {
  mode: TRANSLATED,
  tools: TRANSLATED,
} satisfies Record<keyof ChatCompletionAllowedTools, FieldRule>;

const NAMED_CHOICE_FIELDS = {
  type: TRANSLATED,
  function: TRANSLATED,
} satisfies Record<keyof ChatCompletionNamedToolChoice, FieldRule>;

const NAME_FIELDS = {
  name: TRANSLATED,
} satisfies Record<keyof ChatCompletionNamedToolChoice.Function, FieldRule>;

const ALLOWED_CHOICE_FIELDS = {
  type: TRANSLATED,
  allowed_tools: TRANSLATED,
} satisfies Record<keyof ChatCompletionAllowedToolChoice, FieldRule>;

/** Choices that a request without tools fulfils by itself. */
const OPTIONAL_CHOICES: ReadonlySet<string> = new Set(['auto', 'none']);
const NO_SUCH_TOOL = 'asks for a tool, but "tools" offers none';

export interface AnthropicTools {
  readonly tools?: Tool[];
  readonly tool_choice?: ToolChoice;
}

/** `tools`, `tool_choice` and `parallel_tool_calls` in Anthropic's terms. */
export function toolsToAnthropic(request: Field): AnthropicTools {
  const tools = request.at('tools').ifSet((list) => list.items().map(toolToAnthropic)) ?? [];
  const choice = request.at('tool_choice').ifSet(readChoice);
  const parallel = request.at('parallel_tool_calls').ifSet((flag) => flag.boolean());
  const allowed = choice?.allowed;
  const offered = allowed ? tools.filter((tool) => allowed.includes(tool.name)) : tools;
  if (offered.length === 0) {
    if (choice && !OPTIONAL_CHOICES.has(choice.choice.type)) request.at('tool_choice').refuse(NO_SUCH_TOOL);
    return {};
  }
  return defined({ tools: offered, tool_choice: withParallel(choice?.choice, parallel) });
}

function toolToAnthropic(tool: Field): Tool {
  const type = tool.at('type');
  if (type.oneOf(['function', 'custom']) === 'custom') {
    type.refuse('Claude calls tools with JSON alone: describe it as a function');
  }
  checkFields(tool, TOOL_FIELDS);
  const described = tool.at('function');
  checkFields(described, FUNCTION_FIELDS);
  const strict = described.at('strict').ifSet((flag) => flag.boolean());
  return defined({
    name: described.at('name').string(),
    description: described.at('description').ifSet((text) => text.string()),
    input_schema: inputSchema(described.at('parameters')),
    strict: strict === true ? true : undefined,
    cache_control: cacheControlOf(tool),
  });
}

/** A function without parameters takes none; Anthropic wants that said. */
function inputSchema(parameters: Field): Tool.InputSchema {
  if (!parameters.isSet) return { type: 'object', properties: {} };
  const schema = parameters.json();
  if (schema['type'] !== undefined) parameters.at('type').oneOf(['object']);
  return { ...schema, type: 'object' };
}

interface Choice {
  readonly choice: ToolChoice;
  /** Names of the tools to which the choice is limited. */
  readonly allowed?: readonly string[];
}

function readChoice(field: Field): Choice {
  if (typeof field.value === 'string') {
    return { choice: { type: MODES[field.oneOf(['none', 'auto', 'required'])] } };
  }
  const type = field.at('type');
  switch (type.oneOf(['function', 'allowed_tools', 'custom'])) {
    case 'function':
      return { choice: { type: 'tool', name: namedFunction(field) } };
    case 'allowed_tools':
      checkFields(field, ALLOWED_CHOICE_FIELDS);
      return readAllowed(field.at('allowed_tools'));
    case 'custom':
      return type.refuse('Claude calls tools with JSON alone: choose a function');
  }
}

const MODES = { none: 'none', auto: 'auto', required: 'any' } as const;

/** Claude is told of the allowed tools only, which comes to the same. */
function readAllowed(allowed: Field): Choice {
  checkFields(allowed, ALLOWED_TOOLS_FIELDS);
  const names = allowed.at('tools').items().map(namedFunction);
  return { choice: { type: MODES[allowed.at('mode').oneOf(['auto', 'required'])] }, allowed: names };
}

/** `{"type":"function","function":{"name":…}}` */
function namedFunction(choice: Field): string {
  choice.at('type').oneOf(['function']);
  checkFields(choice, NAMED_CHOICE_FIELDS);
  checkFields(choice.at('function'), NAME_FIELDS);
  return choice.at('function').at('name').string();
}

function withParallel(choice: ToolChoice | undefined, parallel: boolean | undefined): ToolChoice | undefined {
  if (parallel !== false || choice?.type === 'none') return choice;
  return { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: true };
}
