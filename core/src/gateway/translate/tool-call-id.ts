/**
 * A tool call's id in the characters Anthropic allows (`^[a-zA-Z0-9_-]+$`), the same for the call and for its
 * result. OpenAI's own ids pass unchanged; some models behind its API make ids like `functions.search:0`.
 */
export function anthropicToolCallId(id: string): string {
  return id.replaceAll(/[^\w-]/g, (character) => `_${character.charCodeAt(0).toString(16)}_`);
}
