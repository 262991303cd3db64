import { Refusal } from './errors.ts';
import { objectsAt, type JsonObject } from './wire/json-shape.ts';

/** Draws with a model of its own: https://platform.openai.com/docs/guides/tools-image-generation */
const DRAWING_TOOL = 'image_generation';

/**
 * Turns away what OpenAI charges for without telling it in the answer.
 *
 * @throws Refusal naming the member to leave out.
 */
export function refuseUntoldCost(json: JsonObject): void {
  if (isInBackground(json)) {
    throw new Refusal(
      'invalid_request_error',
      'background responses cannot be metered, because their cost is not in the answer: send the request without "background"',
    );
  }
  if (objectsAt(json, 'tools').some(({ type }) => type === DRAWING_TOOL)) {
    throw new Refusal(
      'pricing_not_configured',
      `what the tool ${DRAWING_TOOL} costs is not told by the answer, so a request with it is not passed on: leave it out`,
    );
  }
}

/** A server may read `1` and `"true"` as yes. */
function isInBackground({ background }: JsonObject): boolean {
  return background !== undefined && background !== null && background !== false;
}
