import { anthropicMessages } from './provider/anthropic-messages.ts';
import { planCall } from './provider/call.ts';
import type { Fault } from './provider/fault.ts';
import type { JsonObject } from './provider/json.ts';
import type { Reply } from './provider/reply.ts';

/**
 * What Claude answers, wherever it runs: the same words get the same answer as from the fake of Anthropic's own API.
 *
 * @param body with `model` and `stream`, as Anthropic's API has them.
 * @throws DirectiveError
 */
export function claudeAnswer(body: JsonObject): { reply: Reply; faults: Fault[] } {
  const call = planCall(
    '/v1/messages',
    body,
    anthropicMessages.prompt(body),
    anthropicMessages.outputCap(body),
    { faults: [], usage: {} },
  );
  return { reply: anthropicMessages.answer(call), faults: call.faults };
}
