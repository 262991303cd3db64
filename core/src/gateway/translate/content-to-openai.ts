import type {
  ChatCompletionContentPart,
  ChatCompletionContentPartImage,
  ChatCompletionContentPartText,
} from 'openai/resources/chat/completions';
import {
  CITATIONS_FIELDS,
  CONTENT_SOURCE_FIELDS,
  DOCUMENT_FIELDS,
  IMAGE_FIELDS,
  INLINE_SOURCE_FIELDS,
  TEXT_FIELDS,
  URL_SOURCE_FIELDS,
} from './anthropic-request-fields.ts';
import { dataUrl } from './data-url.ts';
import type { Field } from './field.ts';
import { checkFields } from './field-rules.ts';

export type Part =
  ChatCompletionContentPartText | ChatCompletionContentPartImage | ChatCompletionContentPart.File;

/** Text, images and documents of a user or a tool as OpenAI's parts; a document of text becomes text. */
export function blockToOpenAi(block: Field): Part[] {
  const type = block.at('type');
  switch (type.value) {
    case 'text':
      return [textPart(block)];
    case 'image':
      checkFields(block, IMAGE_FIELDS);
      return [{ type: 'image_url', image_url: { url: imageUrl(block.at('source')) } }];
    case 'document':
      return documentParts(block);
    default:
      return type.refuse('OpenAI has no such content: send text, images and PDF documents');
  }
}

export function textPart(block: Field): ChatCompletionContentPartText {
  block.at('type').oneOf(['text']);
  checkFields(block, TEXT_FIELDS);
  return { type: 'text', text: block.at('text').string() };
}

/** One text stays the plain string it can be. */
export function stringOrParts<P extends Part>(parts: P[]): string | P[] {
  const [only, ...others] = parts;
  return only?.type === 'text' && others.length === 0 ? only.text : parts;
}

function imageUrl(source: Field): string {
  const type = source.at('type');
  switch (type.oneOf(['base64', 'url', 'file'])) {
    case 'base64':
      checkFields(source, INLINE_SOURCE_FIELDS);
      return dataUrl({ mediaType: source.at('media_type').string(), data: source.at('data').string() });
    case 'url':
      checkFields(source, URL_SOURCE_FIELDS);
      return source.at('url').string();
    case 'file':
      return type.refuse('a file stored at Anthropic cannot be read by OpenAI: send it as base64');
  }
}

function documentParts(block: Field): Part[] {
  checkFields(block, DOCUMENT_FIELDS);
  block.at('citations').ifSet((citations) => checkFields(citations, CITATIONS_FIELDS));
  const title = block.at('title').ifSet((field) => field.string());
  const context = block.at('context').ifSet((field) => field.string());
  const source = block.at('source');
  const type = source.at('type');
  switch (type.oneOf(['base64', 'text', 'content', 'url', 'file'])) {
    case 'base64': {
      checkFields(source, INLINE_SOURCE_FIELDS);
      const mediaType = source.at('media_type').oneOf(['application/pdf']);
      const url = dataUrl({ mediaType, data: source.at('data').string() });
      const file = { filename: title ?? 'document.pdf', file_data: url };
      return [...heading(undefined, context), { type: 'file', file }];
    }
    case 'text':
      checkFields(source, INLINE_SOURCE_FIELDS);
      return [...heading(title, context), { type: 'text', text: source.at('data').string() }];
    case 'content':
      checkFields(source, CONTENT_SOURCE_FIELDS);
      return [...heading(title, context), ...contentParts(source.at('content'))];
    case 'url':
      return type.refuse("OpenAI's chat API fetches no documents: send the PDF as base64");
    case 'file':
      return type.refuse('a file stored at Anthropic cannot be read by OpenAI: send it as base64');
  }
}

function contentParts(content: Field): Part[] {
  if (typeof content.value === 'string') return [{ type: 'text', text: content.value }];
  return content.items().flatMap((item) => {
    item.at('type').oneOf(['text', 'image']);
    return blockToOpenAi(item);
  });
}

function heading(title: string | undefined, context: string | undefined): ChatCompletionContentPartText[] {
  const text = [title, context].filter((line) => line !== undefined && line !== '').join('\n');
  return text === '' ? [] : [{ type: 'text', text }];
}
