import type {
  ChatCompletionFunctionTool,
  ChatCompletionToolChoiceOption,
} from 'openai/resources/chat/completions';
import { TOOL_FIELDS } from './anthropic-request-fields.ts';
import { defined } from './defined.ts';
import type { Field } from './field.ts';
import { checkFields, TRANSLATED } from './field-rules.ts';

const CHOICE_FIELDS = { type: TRANSLATED, name: TRANSLATED, disable_parallel_tool_use: TRANSLATED };

export interface OpenAiTools {
  readonly tools?: ChatCompletionFunctionTool[];
  readonly tool_choice?: ChatCompletionToolChoiceOption;
  readonly parallel_tool_calls?: boolean;
}

/** `tools` and `tool_choice` in OpenAI's terms. */
export function toolsToOpenAi(request: Field): OpenAiTools {
  const tools = request.at('tools').ifSet((list) => list.items().map(toolToOpenAi)) ?? [];
  const choice = request.at('tool_choice');
  choice.ifSet((field) => checkFields(field, CHOICE_FIELDS));
  const sequential = choice.ifSet((field) =>
    field.at('disable_parallel_tool_use').ifSet((flag) => flag.boolean()),
  );
  if (tools.length === 0) {
    choice.ifSet((field) => {
      const type = field.at('type').oneOf(['auto', 'any', 'tool', 'none']);
      if (type === 'any' || type === 'tool') field.refuse('asks for a tool, but "tools" offers none');
    });
    return {};
  }
  return defined({
    tools,
    tool_choice: choice.ifSet(choiceToOpenAi),
    parallel_tool_calls: sequential === true ? false : undefined,
  });
}

function toolToOpenAi(tool: Field): ChatCompletionFunctionTool {
  const type = tool.at('type');
  if (type.isSet && type.value !== 'custom') {
    type.refuse("is a tool of Anthropic's own: describe a tool of yours with an input_schema");
  }
  checkFields(tool, TOOL_FIELDS);
  return {
    type: 'function',
    function: defined({
      name: tool.at('name').string(),
      description: tool.at('description').ifSet((text) => text.string()),
      parameters: tool.at('input_schema').json(),
      strict: tool.at('strict').ifSet((flag) => flag.boolean()),
    }),
  };
}

function choiceToOpenAi(choice: Field): ChatCompletionToolChoiceOption {
  switch (choice.at('type').oneOf(['auto', 'any', 'tool', 'none'])) {
    case 'auto':
      return 'auto';
    case 'any':
      return 'required';
    case 'none':
      return 'none';
    case 'tool':
      return { type: 'function', function: { name: choice.at('name').string() } };
  }
}
