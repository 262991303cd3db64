import { createHash } from 'node:crypto';
import { readDirectives, withoutDirectives } from './directive.ts';
import type { Fault } from './fault.ts';
import type { JsonObject } from './json.ts';
import type { Prompt } from './prompt.ts';
import { type TokenCounts, tokensOf } from './token-counts.ts';
import { type ToolCall, planToolCalls } from './tool-calls.ts';

/** What the script or a directive changes about an answer. */
export interface AnswerWishes {
  faults: Fault[];
  usage: Partial<TokenCounts>;
  text?: string;
}

/** One accepted call, with all that its answer is made of. The same words in always give the same answer out. */
export interface Call {
  body: JsonObject;
  model: string;
  streamed: boolean;
  /** Hex digits that depend on nothing but the words of the request, for ids and times. */
  seed: string;
  /** Seconds since the epoch, derived from the seed. */
  createdSeconds: number;
  text: string;
  /** True when the request's output cap cut the text short. */
  truncated: boolean;
  toolCalls: ToolCall[];
  counts: TokenCounts;
  omitUsage: boolean;
  faults: Fault[];
}

/** Several scripts and widths, so that every answer has characters of 1, 2, 3 and 4 bytes and joined emoji. */
const MULTI_BYTE_TAIL = ' — café, 你好，世界 🌍 👩‍💻 ✓';

/**
 * @throws DirectiveError when a directive in the prompt does not read.
 */
export function planCall(
  endpoint: string,
  body: JsonObject,
  prompt: Prompt,
  outputCap: number | undefined,
  wishes: AnswerWishes,
): Call {
  const directives = readDirectives(prompt.all);
  // Only words are hashed, never options: a gateway may add `stream_options` and must still get the same ids.
  const seed = createHash('sha256').update(`${endpoint}\n${prompt.all}`).digest('hex');
  const toolCalls = planToolCalls(
    body['tools'],
    directives.toolCalls,
    withoutDirectives(prompt.lastUser),
    seed,
  );
  const wanted = wishes.text ?? answerText(prompt.lastUser, directives.answerChars);
  const tokens = tokensOf(wanted);
  const cap = outputCap ?? Number.POSITIVE_INFINITY;
  const text = tokens.slice(0, cap).join('');
  const argumentTokens = toolCalls.flatMap((call) => tokensOf(call.argumentsJson)).length;
  const counts: TokenCounts = {
    inputTokens: Math.max(1, tokensOf(prompt.all).length),
    outputTokens: toolCalls.length > 0 ? argumentTokens : Math.min(tokens.length, cap),
    cachedTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    reasoningTokens: 0,
    ...wishes.usage,
    ...directives.usage,
  };
  return {
    body,
    model: String(body['model']),
    streamed: body['stream'] === true,
    seed,
    createdSeconds: 1_750_000_000 + (Number.parseInt(seed.slice(0, 6), 16) % 1_000_000),
    text,
    truncated: tokens.length > cap,
    toolCalls,
    counts,
    omitUsage: directives.omitUsage,
    faults: [...wishes.faults, ...directives.faults],
  };
}

function answerText(lastUser: string, atLeastChars: number): string {
  const sentence = `You said: ${withoutDirectives(lastUser)}${MULTI_BYTE_TAIL}`;
  return sentence.repeat(Math.max(1, Math.ceil(atLeastChars / sentence.length)));
}
