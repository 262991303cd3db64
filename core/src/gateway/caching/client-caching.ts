import { isObject, objectAt, objectsAt, type JsonObject } from '../wire/json-shape.ts';

/**
 * Whether a request in Anthropic's format says itself what is to be cached: by a `cache_control` of its own, or on a
 * tool, a block of the system prompt, or a block of a message, however deep in it.
 */
export function cachesItself(request: JsonObject): boolean {
  return (
    isMarked(request) ||
    objectsAt(request, 'tools').some(isMarked) ||
    objectsAt(request, 'system').some(isMarked) ||
    objectsAt(request, 'messages').some((message) => objectsAt(message, 'content').some(isMarkedBlock))
  );
}

function isMarked(holder: JsonObject): boolean {
  return isObject(holder['cache_control']);
}

/** Results of tools hold blocks, and documents hold them in their source; neither goes any deeper. */
function isMarkedBlock(block: JsonObject): boolean {
  return (
    isMarked(block) ||
    objectsAt(block, 'content').some(isMarked) ||
    objectsAt(objectAt(block, 'source'), 'content').some(isMarked)
  );
}
