import type {
  DocumentBlockParam,
  ImageBlockParam,
  TextBlockParam,
} from '@anthropic-ai/sdk/resources/messages';
import type {
  ChatCompletionContentPart,
  ChatCompletionContentPartImage,
  ChatCompletionContentPartRefusal,
  ChatCompletionContentPartText,
} from 'openai/resources/chat/completions';
import { cacheControlOf } from './cache-control.ts';
import { parseDataUrl } from './data-url.ts';
import type { Field } from './field.ts';
import { checkFields, only, refused, TRANSLATED, type FieldRule } from './field-rules.ts';

export type PartBlock = TextBlockParam | ImageBlockParam | DocumentBlockParam;

const CACHING = { prompt_cache_breakpoint: TRANSLATED, cache_control: TRANSLATED };

const TEXT_FIELDS = {
  type: TRANSLATED,
  text: TRANSLATED,
  ...CACHING,
} satisfies Record<keyof ChatCompletionContentPartText | keyof typeof CACHING, FieldRule>;

const REFUSAL_FIELDS = {
  type: TRANSLATED,
  refusal: TRANSLATED,
} satisfies Record<keyof ChatCompletionContentPartRefusal, FieldRule>;

const IMAGE_FIELDS = {
  type: TRANSLATED,
  image_url: TRANSLATED,
  ...CACHING,
} satisfies Record<keyof ChatCompletionContentPartImage | keyof typeof CACHING, FieldRule>;

const IMAGE_URL_FIELDS = {
  url: TRANSLATED,
  detail: only(
    ['auto', 'high', 'original'],
    'Claude looks at images in full: send "auto", or a smaller image',
  ),
} satisfies Record<keyof ChatCompletionContentPartImage.ImageURL, FieldRule>;

const FILE_PART_FIELDS = {
  type: TRANSLATED,
  file: TRANSLATED,
  ...CACHING,
} satisfies Record<keyof ChatCompletionContentPart.File | keyof typeof CACHING, FieldRule>;

const FILE_FIELDS = {
  file_data: TRANSLATED,
  file_id: refused('a file stored at OpenAI cannot be read by Anthropic: send "file_data"'),
  filename: TRANSLATED,
} satisfies Record<keyof ChatCompletionContentPart.File.File, FieldRule>;

const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;

/**
 * A message's `content`, a string or parts, as Anthropic's blocks. Empty text says nothing and Anthropic
 * refuses it, so it is left out; so is white space where a message has no other text.
 */
export function contentToAnthropic(content: Field): PartBlock[] {
  if (!content.isSet) return [];
  const blocks =
    typeof content.value === 'string' ? textBlocks(content.value) : content.items().flatMap(partToAnthropic);
  const isSaid = (block: PartBlock): boolean => block.type === 'text' && block.text.trim() !== '';
  return blocks.some(isSaid) ? blocks : blocks.filter(({ type }) => type !== 'text');
}

export function textBlocks(text: string): TextBlockParam[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

/** Only text, where neither API has anything else. */
export function textToAnthropic(content: Field): TextBlockParam[] {
  const blocks = contentToAnthropic(content);
  return blocks.map((block) => (block.type === 'text' ? block : content.refuse('must be text here')));
}

function partToAnthropic(part: Field): PartBlock[] {
  const type = part.at('type').oneOf(['text', 'refusal', 'image_url', 'file', 'input_audio']);
  const cache = cacheControlOf(part);
  const caching = cache && { cache_control: cache };
  switch (type) {
    case 'text':
      checkFields(part, TEXT_FIELDS);
      return textBlocks(part.at('text').string()).map((block) => ({ ...block, ...caching }));
    case 'refusal':
      checkFields(part, REFUSAL_FIELDS);
      return textBlocks(part.at('refusal').string());
    case 'image_url':
      checkFields(part, IMAGE_FIELDS);
      return [{ ...imageToAnthropic(part.at('image_url')), ...caching }];
    case 'file':
      checkFields(part, FILE_PART_FIELDS);
      return [{ ...fileToAnthropic(part.at('file')), ...caching }];
    case 'input_audio':
      return part.at('type').refuse('Claude does not hear: send the text');
  }
}

/** https://platform.claude.com/docs/en/build-with-claude/vision */
function imageToAnthropic(image: Field): ImageBlockParam {
  checkFields(image, IMAGE_URL_FIELDS);
  const address = image.at('url');
  const url = address.string();
  if (/^https?:\/\//i.test(url)) return { type: 'image', source: { type: 'url', url } };
  const { mediaType, data } =
    parseDataUrl(url) ?? address.refuse('must be an http(s) address or a base64 data: URL');
  const type = mediaType === 'image/jpg' ? 'image/jpeg' : IMAGE_TYPES.find((known) => known === mediaType);
  if (type === undefined) return address.refuse(`Claude reads ${IMAGE_TYPES.join(', ')}: convert the image`);
  return { type: 'image', source: { type: 'base64', media_type: type, data } };
}

/** https://platform.claude.com/docs/en/build-with-claude/pdf-support */
function fileToAnthropic(file: Field): DocumentBlockParam {
  checkFields(file, FILE_FIELDS);
  const content = file.at('file_data');
  const { mediaType, data } = parseDataUrl(content.string()) ?? content.refuse('must be a base64 data: URL');
  const name = file.at('filename').ifSet((field) => field.string());
  const title = name ? { title: name } : undefined;
  if (mediaType === 'application/pdf') {
    return { type: 'document', source: { type: 'base64', media_type: mediaType, data }, ...title };
  }
  if (!mediaType.startsWith('text/')) {
    return content.refuse('Claude reads application/pdf and text: convert the file');
  }
  // Of texts Anthropic knows but one kind; what is in them is the same by any name.
  const source = { type: 'text', media_type: 'text/plain', data: textOf(content, data) } as const;
  return { type: 'document', source, ...title };
}

function textOf(content: Field, base64: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'));
  } catch (cause) {
    return content.refuse('must be text in UTF-8', cause);
  }
}
