import {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  createServer,
} from 'node:http';
import { type AcceptedKeys, answer } from './answer.ts';
import { isControl, runControl } from './control.ts';
import { fixedAnswers } from './fixed-answers.ts';
import { Hold } from './hold.ts';
import { Journal } from './journal.ts';
import { FAKE_ANTHROPIC_KEY, FAKE_OPENAI_KEY, type FakeProviderOptions } from './options.ts';
import { readBody } from './read-body.ts';
import { Script } from './script.ts';
import { send } from './send.ts';
import type { FakeState } from './state.ts';

/** The fake provider as a server that is not yet listening. */
export function createFakeProvider(options: FakeProviderOptions): Server {
  const state: FakeState = { journal: new Journal(), script: new Script(), hold: new Hold() };
  const listener =
    options.fixed === undefined ? recorded(state, keysOf(options)) : fixedAnswers(options.fixed);
  // Benchmarks and stalls both keep sockets idle for longer than the default five seconds.
  return createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    if (isControl(request)) void runControl(request, response, state);
    else listener(request, response);
  });
}

function keysOf({ openaiKeys, anthropicKeys }: FakeProviderOptions): AcceptedKeys {
  return {
    openai: openaiKeys === undefined ? [FAKE_OPENAI_KEY] : openaiKeys,
    anthropic: anthropicKeys === undefined ? [FAKE_ANTHROPIC_KEY] : anthropicKeys,
  };
}

function recorded(state: FakeState, keys: AcceptedKeys): RequestListener {
  return (request, response) => void respond(request, response, state, keys);
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  state: FakeState,
  keys: AcceptedKeys,
): Promise<void> {
  const entry = state.journal.open(request, response);
  const body = await readBody(request);
  entry.body = body.text;
  if (!body.complete) return;
  const { method = '', headers } = request;
  const [path = ''] = (request.url ?? '').split('?');
  const { reply, faults } = answer({ method, path, headers, body: body.text }, keys, state.script);
  await send(response, reply, faults, entry, () => state.hold.wait());
}
