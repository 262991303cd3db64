import { FAKE_OPENAI_KEY } from '../fakes/provider/start.ts';

/** A kind of load, the same for every variant. */
export interface Scenario {
  readonly name: string;
  readonly what: string;
  /** Calls under way at any time, each on a keep-alive connection of its own. */
  readonly connections: number;
  readonly body: string;
  /** How long it is measured, as a part of the time the first scenario gets. */
  readonly timeShare: number;
  /** Which moment of a call its latency is taken at. */
  readonly latencyTo: 'first byte' | 'last byte';
}

/** Time between two events of a stream, so that each arrives by itself. */
export const EVENT_INTERVAL_MS = 2;

/** Path of every call, behind the base address. */
export const PATH = '/v1/chat/completions';

/** What the `openai` package sends with a call; a gateway copies most of it. */
export const HEADERS: Readonly<Record<string, string>> = {
  accept: 'application/json',
  'content-type': 'application/json',
  'user-agent': 'OpenAI/JS 7.57.0',
  'x-stainless-retry-count': '0',
  'x-stainless-timeout': '600',
  'x-stainless-lang': 'js',
  'x-stainless-package-version': '7.57.0',
  'x-stainless-os': 'Linux',
  'x-stainless-arch': 'x64',
  'x-stainless-runtime': 'node',
  'x-stainless-runtime-version': 'v24.0.0',
  authorization: `Bearer ${FAKE_OPENAI_KEY}`,
};

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'json',
    what: 'small JSON calls, 32 connections, as many as fit',
    connections: 32,
    body: bodyOf({}),
    timeShare: 1,
    latencyTo: 'last byte',
  },
  {
    name: 'json-alone',
    what: 'small JSON calls, one after the other',
    connections: 1,
    body: bodyOf({}),
    timeShare: 0.6,
    latencyTo: 'last byte',
  },
  {
    name: 'json-1mb',
    what: 'JSON calls with a prompt of one mebibyte, 4 connections, as many as fit',
    connections: 4,
    body: bodyOf({ messages: [{ role: 'user', content: 'All work and no play. '.repeat(47_662) }] }),
    timeShare: 0.6,
    latencyTo: 'last byte',
  },
  {
    name: 'stream',
    what: `streams of about 100 events ${EVENT_INTERVAL_MS} ms apart, 8 connections; latency to the first byte`,
    connections: 8,
    body: bodyOf({ stream: true, stream_options: { include_usage: true } }),
    timeShare: 0.6,
    latencyTo: 'first byte',
  },
  {
    name: 'stream-alone',
    what: 'the same streams, one after the other',
    connections: 1,
    body: bodyOf({ stream: true, stream_options: { include_usage: true } }),
    timeShare: 1,
    latencyTo: 'first byte',
  },
];

export function bodyOf(more: object): string {
  return JSON.stringify({
    model: 'gpt-4o-mini',
    messages: [
      { role: 'system', content: 'You are a helpful assistant who answers briefly.' },
      { role: 'user', content: 'Say hello to the world in one short sentence, and say nothing else.' },
    ],
    max_tokens: 200,
    temperature: 0.2,
    ...more,
  });
}
