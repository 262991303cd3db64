import assert from 'node:assert/strict';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import {
  AnthropicStreamToOpenAi,
  OpenAiStreamToAnthropic,
  StreamTranslation,
} from '../../core/src/gateway/translate/index.ts';
import { BedrockToSse } from '../../core/src/gateway/providers/bedrock-to-sse.ts';
import type { EventTranslator } from '../../core/src/gateway/translate/stream-translator.ts';
import {
  LAST_MESSAGE_EVENTS,
  readMessage,
  readMessageEvent,
} from '../../core/src/gateway/usage/anthropic-messages.ts';
import type { UsageMeter } from '../../core/src/gateway/usage/answer-reading.ts';
import { BedrockStreamMeter } from '../../core/src/gateway/usage/bedrock-stream-meter.ts';
import { DecodedMeter } from '../../core/src/gateway/usage/decoded-meter.ts';
import { readGeminiOaiAnswer, readGeminiOaiChunk } from '../../core/src/gateway/usage/gemini-oai.ts';
import { geminiMeter } from '../../core/src/gateway/usage/gemini-meter.ts';
import { readGeneratedContent } from '../../core/src/gateway/usage/gemini.ts';
import { HideUsage, type UsageBesideChoices } from '../../core/src/gateway/providers/hide-usage.ts';
import { JsonMeter, type ReadAnswer } from '../../core/src/gateway/usage/json-meter.ts';
import { readChatAnswer, readChatChunk } from '../../core/src/gateway/usage/openai-chat.ts';
import {
  LAST_RESPONSES_EVENTS,
  readResponse,
  readResponsesEvent,
} from '../../core/src/gateway/usage/openai-responses.ts';
import { SseMeter, type ReadEvent } from '../../core/src/gateway/usage/sse-meter.ts';
import { SseReader } from '../../core/src/gateway/wire/sse.ts';
import { checkReading, checkTranslated } from './checks.ts';
import { inBedrockFrames, SEEDS } from './seeds.ts';

/** Something that reads what a provider sends. */
export interface Target {
  readonly name: string;
  readonly seeds: readonly Buffer[];
  /** What the mutated bytes are put into, and may be mutated in once more: frames, a compression. */
  readonly envelope?: (bytes: Buffer) => Buffer;
  /** Everything that came of it, to be compared between two ways of cutting. @throws AssertionError */
  readonly read: (chunks: readonly Buffer[]) => unknown;
}

const JSON_SEEDS: Readonly<Record<string, readonly [readonly Buffer[], ReadAnswer]>> = {
  'chat JSON': [SEEDS.chatJson, readChatAnswer],
  'completion JSON': [SEEDS.completionJson, readChatAnswer],
  'response JSON': [SEEDS.responseJson, readResponse],
  'message JSON': [SEEDS.messageJson, readMessage],
  'Gemini JSON': [SEEDS.geminiJson, readGeneratedContent],
  'Gemini JSON in OpenAI’s format': [SEEDS.geminiOaiJson, readGeminiOaiAnswer],
};
const SSE_SEEDS: Readonly<
  Record<string, readonly [readonly Buffer[], ReadEvent, lastEvents: readonly string[]]>
> = {
  'chat stream': [SEEDS.chatStream, readChatChunk, []],
  'completion stream': [SEEDS.completionStream, readChatChunk, []],
  'response stream': [SEEDS.responseStream, readResponsesEvent, LAST_RESPONSES_EVENTS],
  'message stream': [SEEDS.messageStream, readMessageEvent, LAST_MESSAGE_EVENTS],
  'Gemini stream in OpenAI’s format': [SEEDS.geminiOaiStream, readGeminiOaiChunk, []],
};
const COMPRESSIONS = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
} as const;

export const TARGETS: readonly Target[] = [
  ...Object.entries(JSON_SEEDS).map(([name, [seeds, read]]) =>
    metered(name, seeds, () => new JsonMeter(read)),
  ),
  ...Object.entries(SSE_SEEDS).map(([name, [seeds, read, lastEvents]]) =>
    metered(name, seeds, () => new SseMeter(bounded(read), lastEvents)),
  ),
  metered('Gemini stream', SEEDS.geminiSse, geminiMeter),
  metered('Gemini JSON array', SEEDS.geminiArray, geminiMeter),
  {
    ...metered('Bedrock stream', SEEDS.messageStream, () => new BedrockStreamMeter(readMessageEvent)),
    envelope: inBedrockFrames,
  },
  { name: 'Bedrock stream to SSE', seeds: SEEDS.messageStream, envelope: inBedrockFrames, read: readBedrock },
  hidden('kept', SEEDS.chatStream),
  hidden('hidden', SEEDS.geminiOaiStream),
  { name: 'SSE reader', seeds: [...SEEDS.messageStream, ...SEEDS.geminiSse], read: readSse },
  translated(
    'message stream to chat stream',
    SEEDS.messageStream,
    () => new AnthropicStreamToOpenAi({ createdS: 1, includesUsage: true }),
  ),
  translated('chat stream to message stream', SEEDS.chatStream, () => new OpenAiStreamToAnthropic()),
];

/** Unpacking waits for threads, so these take their turn more rarely. */
export const COMPRESSED_TARGETS: readonly Target[] = Object.entries(COMPRESSIONS).map(
  ([coding, compress]): Target => ({
    name: `message stream, ${coding}`,
    seeds: SEEDS.messageStream,
    envelope: (bytes) => compress(bytes),
    async read(chunks) {
      const meter = new SseMeter(readMessageEvent, LAST_MESSAGE_EVENTS);
      const decoded = new DecodedMeter(coding, meter);
      for (const chunk of chunks) decoded.write(chunk);
      await decoded.end();
      // A few bytes may be unpacked to as many kilobytes.
      checkReading(meter.reading, 4096 * (1 + sizeOf(chunks)));
    },
  }),
);

function metered(name: string, seeds: readonly Buffer[], create: () => UsageMeter): Target {
  return {
    name,
    seeds,
    read(chunks) {
      const meter = create();
      let saysAll = false;
      for (const chunk of chunks) {
        if (!meter.write(chunk)) continue;
        assert.ok(meter.reading.complete, 'the last word completes an answer');
        saysAll = true;
      }
      meter.end();
      checkReading(meter.reading, sizeOf(chunks));
      // A call is settled at the last word; what comes after it makes nothing incomplete.
      return { ...meter.reading, complete: saysAll || meter.reading.complete };
    },
  };
}

/** As `read`, and no answer may have more events than it has bytes for. */
function bounded(read: ReadEvent): ReadEvent {
  let events = 0;
  return (event, reading) => {
    assert.ok(++events < 64 * 1024, 'more events than bytes');
    return read(event, reading);
  };
}

function hidden(besideChoices: UsageBesideChoices, seeds: readonly Buffer[]): Target {
  return {
    name: `usage taken out, beside choices ${besideChoices}`,
    seeds,
    read(chunks) {
      const rewriter = new HideUsage(besideChoices);
      rewriter.begin(200, []);
      const sent = Buffer.concat([...chunks.map((chunk) => rewriter.write(chunk)), rewriter.end()]);
      assert.ok(sent.length <= sizeOf(chunks), 'it only takes away');
      return sent.toString('latin1');
    },
  };
}

function readBedrock(chunks: readonly Buffer[]): unknown {
  const rewriter = new BedrockToSse();
  rewriter.begin(200, ['Content-Type', 'application/vnd.amazon.eventstream']);
  const sent = Buffer.concat([...chunks.map((chunk) => rewriter.write(chunk)), rewriter.end()]);
  return sent.toString('latin1');
}

function readSse(chunks: readonly Buffer[]): unknown {
  const reader = new SseReader(1024 * 1024);
  const events = chunks.flatMap((chunk) => [...reader.read(chunk)]);
  const again = Buffer.concat([...events.map(({ raw }) => raw), reader.rest()]);
  assert.ok(again.equals(Buffer.concat(chunks)), 'no byte is lost or doubled');
  return events.map(({ event, data }) => [event, data]);
}

function translated(name: string, seeds: readonly Buffer[], create: () => EventTranslator): Target {
  return {
    name,
    seeds,
    read(chunks) {
      const translation = new StreamTranslation(create());
      const text = chunks.map((chunk) => translation.write(chunk)).join('');
      checkTranslated(text);
      assert.ok(text.length <= 4096 + 200 * sizeOf(chunks), 'a translation is about as long as its original');
      return { text, isComplete: translation.isComplete, failure: translation.failure?.message };
    },
  };
}

function sizeOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}
