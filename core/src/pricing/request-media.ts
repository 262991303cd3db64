import { mediaKindOf } from './media-token-bounds.ts';
import type { MediaKind } from './media-token-bounds.ts';

/** A picture, sound, film or document in a request, or a reference to one. */
export interface MediaItem {
  readonly kind: MediaKind;
  /** How many bytes of the body are its base64; 0 for a reference (a URL, a file id). */
  readonly inlineBytes: number;
}

/** Nesting beyond this is no provider's format; what is deeper is counted by its bytes. */
const MAX_DEPTH = 64;

/**
 * What a caller may fill as it likes and a model reads as text: schemas, tool arguments and results. Nothing in
 * there is media, however much it looks like it.
 */
const FREE_FORM_KEYS: ReadonlySet<string> = new Set([
  'parameters',
  'input_schema',
  'json_schema',
  'schema',
  'responseSchema',
  'responseJsonSchema',
  'args',
  'arguments',
  'response',
  'metadata',
]);

/** Objects that hold a `url`, and the kind it leads to where the part itself does not tell. */
const KIND_BY_URL_HOLDER: ReadonlyMap<string, MediaKind> = new Map([
  ['image_url', 'image'],
  ['video_url', 'video'],
  ['audio_url', 'audio'],
  ['source', 'document'],
]);

type Json = Readonly<Record<string, unknown>>;

interface Place {
  readonly value: Json;
  /** The key it stands at, `''` in an array. */
  readonly key: string;
  /** The `type` of the object around it. */
  readonly outerType: string;
}

/** An object without any of these holds no media itself, so most objects are looked at no further. */
const TELLING_KEYS: ReadonlySet<string> = new Set([
  'data',
  'file_data',
  'url',
  'image_url',
  'file_url',
  'fileUri',
  'file_uri',
  'file_id',
]);

/**
 * Finds the media in a body of any of the formats the gateway speaks: OpenAI chat (`image_url`, `input_audio`,
 * `file`) and responses (`input_image`, `input_file`), Anthropic (`source`), Gemini (`inlineData`, `fileData`).
 * Visits each object once; depth is bounded.
 */
export function mediaIn(body: unknown): readonly MediaItem[] {
  const media: MediaItem[] = [];
  collectMedia(body, '', '', 0, media);
  return media;
}

function collectMedia(
  value: unknown,
  key: string,
  outerType: string,
  depth: number,
  found: MediaItem[],
): void {
  if (!isObject(value) || depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const child of value) {
      if (typeof child === 'object') collectMedia(child, '', outerType, depth + 1, found);
    }
    return;
  }
  const type = typeof value['type'] === 'string' ? value['type'] : outerType;
  let isTelling = false;
  for (const name of Object.keys(value)) {
    const child = value[name];
    if (isObject(child)) {
      if (!isFreeForm(name, child)) collectMedia(child, name, type, depth + 1, found);
    } else if (TELLING_KEYS.has(name)) {
      isTelling = true;
    }
  }
  const item = isTelling ? mediaItemAt({ value, key, outerType }) : undefined;
  if (item) found.push(item);
}

/** A tool call's `input` is an object; the `input` of a responses call is a list of parts. */
function isFreeForm(key: string, child: Json): boolean {
  return FREE_FORM_KEYS.has(key) || (key === 'input' && !Array.isArray(child));
}

function mediaItemAt(place: Place): MediaItem | undefined {
  return inlineAt(place) ?? urlAt(place) ?? referenceAt(place);
}

function inlineAt({ value, key }: Place): MediaItem | undefined {
  const data = stringAt(value, 'data') ?? stringAt(value, 'file_data');
  if (data === undefined) return undefined;
  const mimeType =
    mimeTypeOfDataUrl(data) ??
    stringAt(value, 'media_type') ??
    stringAt(value, 'mimeType') ??
    stringAt(value, 'mime_type') ??
    (key === 'input_audio' ? 'audio/*' : undefined);
  return inlineItem(mimeType, data);
}

/** Data of an unknown type may be text: then its bytes are what bounds it. */
function inlineItem(mimeType: string | undefined, data: string): MediaItem | undefined {
  const kind = mimeType === undefined ? undefined : mediaKindOf(mimeType);
  return kind && data.length > 0 ? { kind, inlineBytes: data.length } : undefined;
}

function urlAt({ value, key, outerType }: Place): MediaItem | undefined {
  const holderKind = KIND_BY_URL_HOLDER.get(key);
  const url = holderKind
    ? stringAt(value, 'url')
    : (stringAt(value, 'image_url') ?? stringAt(value, 'file_url'));
  if (url === undefined) return undefined;
  if (/^data:/i.test(url)) return inlineItem(mimeTypeOfDataUrl(url), url);
  const ownKind = 'image_url' in value ? 'image' : 'document';
  return { kind: kindByType(outerType) ?? holderKind ?? ownKind, inlineBytes: 0 };
}

function referenceAt({ value, key, outerType }: Place): MediaItem | undefined {
  const uri = stringAt(value, 'fileUri') ?? stringAt(value, 'file_uri');
  if (uri !== undefined) {
    const mimeType = stringAt(value, 'mimeType') ?? stringAt(value, 'mime_type');
    return { kind: mediaKindOf(mimeType ?? 'video/*') ?? 'document', inlineBytes: 0 };
  }
  const type = stringAt(value, 'type') ?? '';
  const holdsFile = key === 'source' || key === 'file' || type === 'input_file' || type === 'input_image';
  if (!holdsFile || stringAt(value, 'file_id') === undefined) return undefined;
  return { kind: kindByType(type) ?? kindByType(outerType) ?? 'document', inlineBytes: 0 };
}

/** `image`, `input_image`, `image_url` … all say so in their name. */
function kindByType(type: string): MediaKind | undefined {
  return (['image', 'audio', 'video'] as const).find((kind) => type.includes(kind));
}

function mimeTypeOfDataUrl(url: string): string | undefined {
  return /^data:([\w.+-]+\/[\w.+-]+)/i.exec(url.slice(0, 128))?.[1]?.toLowerCase();
}

function stringAt(value: Json, key: string): string | undefined {
  const found = value[key];
  return typeof found === 'string' ? found : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
