import { type JsonObject, isJsonObject, objectsIn } from './json.ts';

/** A tool the answer calls. `argumentsJson` is what both providers stream in pieces. */
export interface ToolCall {
  id: string;
  name: string;
  input: JsonObject;
  argumentsJson: string;
}

/** Calls the first tools of the request, in order, with the user's words as the first parameter of each. */
export function planToolCalls(tools: unknown, count: number, words: string, seed: string): ToolCall[] {
  return objectsIn(tools)
    .slice(0, count)
    .map((tool, index) => {
      // OpenAI chat nests the definition under `function`; responses and Anthropic do not.
      const definition = isJsonObject(tool['function']) ? tool['function'] : tool;
      const schema = definition['parameters'] ?? definition['input_schema'];
      const properties = isJsonObject(schema) ? schema['properties'] : undefined;
      const [parameter = 'text'] = isJsonObject(properties) ? Object.keys(properties) : [];
      const input = { [parameter]: `${words} 🌍` };
      const id = seed.slice(index * 8, index * 8 + 24);
      return { id, name: String(definition['name']), input, argumentsJson: JSON.stringify(input) };
    });
}
