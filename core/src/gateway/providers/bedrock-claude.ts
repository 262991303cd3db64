import { Refusal } from '../errors.ts';
import { stringAt } from '../wire/json-shape.ts';
import { headerValues, replaceHeader } from '../wire/headers.ts';
import { withMember } from '../wire/json-members.ts';
import { decodedSegment } from '../wire/path-segment.ts';
import { BedrockToSse } from './bedrock-to-sse.ts';
import { withoutMovedMember } from './moved-member.ts';
import type { AskedInPath, LlmRequest, OutgoingCall } from './provider.ts';

/** Bedrock's name for the version of Anthropic's API: https://docs.claude.com/en/api/claude-on-amazon-bedrock */
const ANTHROPIC_VERSION = 'bedrock-2023-05-31';

/**
 * How a model is asked; an id may be an ARN, whose `/` and `:` may come escaped.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
const INVOKE = /^\/model\/([^/]+)\/(invoke|invoke-with-response-stream)$/;

/** Free: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html */
export const COUNT_TOKENS_PATH = /^\/model\/[^/]+\/count-tokens$/;

/** Headers that make a call cost something else than the list says, and the value that does not. */
const PRICE_CHANGING: readonly (readonly [name: string, listPriced: string])[] = [
  ['x-amzn-bedrock-service-tier', 'default'],
  ['x-amzn-bedrock-performanceconfig-latency', 'standard'],
];

/** Anthropic's ids, inference profiles of them, and ARNs, which only a price of the user's own can name. */
const CLAUDE = /(^|\.)anthropic\.|claude|^arn:/;

/** https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html */
const PROFILE = /^[a-z-]+\.anthropic\./;

/** The call that a path in Bedrock's own form makes; `undefined` for any other path. */
export function readInvoke(path: string): AskedInPath | undefined {
  const [, model, method] = INVOKE.exec(path) ?? [];
  if (model === undefined) return undefined;
  return { model: decodedSegment(model), isStream: method === 'invoke-with-response-stream' };
}

/**
 * Sends messages in Anthropic's format to Claude on Bedrock: model and stream go from the body to the path, betas
 * from a header to the body. What is in Bedrock's own form already stays, and so does the form of its answer.
 *
 * @throws Refusal for another company's model, and for what changes the price.
 */
export function toInvoke(request: LlmRequest, outgoing: OutgoingCall): void {
  refuseOtherPrices(outgoing);
  if (!CLAUDE.test(request.model)) {
    throw new Refusal('invalid_request_error', 'anthropic-bedrock has models of Anthropic only');
  }
  if (readInvoke(request.path) !== undefined) {
    outgoing.path = request.path;
    return;
  }
  const method = request.isStream ? 'invoke-with-response-stream' : 'invoke';
  outgoing.path = `/model/${encodeURIComponent(bedrockIdOf(request))}/${method}`;
  outgoing.body = Buffer.from(bodyFor(outgoing.body.toString('utf8'), betasIn(outgoing, request)));
  replaceHeader(outgoing.headers, 'anthropic-version');
  replaceHeader(outgoing.headers, 'anthropic-beta');
  if (request.isStream) {
    outgoing.rewriter = new BedrockToSse();
    replaceHeader(outgoing.headers, 'accept-encoding', 'identity');
  }
}

/** An inference profile is asked for as the client named it, though its price stands under the model's id. */
function bedrockIdOf({ json, model }: LlmRequest): string {
  const asked = stringAt(json, 'model') ?? model;
  return PROFILE.test(asked) ? asked : model;
}

function bodyFor(json: string, betas: readonly string[]): string {
  const rest = withoutMovedMember(withoutMovedMember(json, 'model'), 'stream');
  const versioned = withMember(rest, 'anthropic_version', ANTHROPIC_VERSION);
  return betas.length === 0 ? versioned : withMember(versioned, 'anthropic_beta', betas);
}

/** The betas a header names, unless the body names some itself. */
function betasIn({ headers }: OutgoingCall, { json }: LlmRequest): readonly string[] {
  if (json['anthropic_beta'] !== undefined) return [];
  return headerValues(headers, 'anthropic-beta')
    .flatMap((betas) => betas.split(','))
    .map((beta) => beta.trim())
    .filter((beta) => beta !== '');
}

function refuseOtherPrices({ headers }: OutgoingCall): void {
  for (const [name, listPriced] of PRICE_CHANGING) {
    if (headerValues(headers, name).every((value) => value.toLowerCase() === listPriced)) continue;
    throw new Refusal(
      'invalid_request_error',
      `${name} changes what a call costs, by how much is not known to Candela: leave it out`,
    );
  }
}
