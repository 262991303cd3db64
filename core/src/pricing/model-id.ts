/** No provider has longer ids (the catalog allows 128, an ARN adds its prefix); longer ones are not looked up. */
export const MAX_MODEL_ID_LENGTH = 256;

/** `us.`, `eu.`, `global.` … name a Bedrock inference profile. https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html */
const BEDROCK_PREFIX = /^(?:(?:[a-z]{2,6}(?:-gov)?)\.)?anthropic\./;
const BEDROCK_VERSION = /-v\d+(?::\d+)?$/;

const DATE_SUFFIX = /-(\d{8}|\d{4}-\d{2}-\d{2})$/;

/**
 * One spelling for the many that the same model has: `claude-opus-4.7` is `claude-opus-4-7`, Vertex AI's
 * `claude-sonnet-4-5@20250929` is `claude-sonnet-4-5-20250929`, Bedrock's
 * `us.anthropic.claude-haiku-4-5-20251001-v1:0` is `claude-haiku-4-5-20251001`, and what stands before a last
 * `/` (`models/`, `google/`, an ARN) is dropped. A date stays: two dates may be two prices.
 */
export function normaliseModelId(modelId: string): string {
  const lowerCase = modelId.toLowerCase();
  const name = lowerCase.slice(lowerCase.lastIndexOf('/') + 1);
  const plain = BEDROCK_PREFIX.test(name)
    ? name.replace(BEDROCK_PREFIX, '').replace(BEDROCK_VERSION, '')
    : name;
  return plain
    .replace(/@(?:default|latest)$/, '')
    .replace('@', '-')
    .replace(/(?<=\d)\.(?=\d)/g, '-');
}

/** A normalised id without its date or `-latest`: what two versions of one model have in common. */
export function undatedModelId(normalisedId: string): string {
  return normalisedId.replace(DATE_SUFFIX, '').replace(/-latest$/, '');
}

/** The date in a normalised id as `YYYYMMDD`, or `undefined`. */
export function dateOfModelId(normalisedId: string): string | undefined {
  return DATE_SUFFIX.exec(normalisedId)?.[1]?.replaceAll('-', '');
}

/** Bedrock's `global.` profiles have prices of their own, below those of a region. */
export function isGlobalBedrockId(modelId: string): boolean {
  return /(?:^|\/)global\.anthropic\./i.test(modelId);
}
