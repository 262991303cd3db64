import {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  createServer,
} from 'node:http';
import { anthropicBatchApi } from './anthropic-batch-api.ts';
import { type AcceptedKeys, answer, withErrors } from './answer.ts';
import { BatchJobs } from './batch-jobs.ts';
import { isControl, runControl } from './control.ts';
import { fixedAnswers } from './fixed-answers.ts';
import { Hold } from './hold.ts';
import { Journal } from './journal.ts';
import { FAKE_ANTHROPIC_KEY, FAKE_OPENAI_KEY, type FakeProviderOptions } from './options.ts';
import { openaiBatchApi } from './openai-batch-api.ts';
import { readBody } from './read-body.ts';
import { providerFor } from './routes.ts';
import { Script } from './script.ts';
import { send } from './send.ts';
import type { FakeState } from './state.ts';

/** The fake provider as a server that is not yet listening. */
export function createFakeProvider(options: FakeProviderOptions): Server {
  const state: FakeState = {
    journal: new Journal(),
    script: new Script(),
    hold: new Hold(),
    batches: new BatchJobs(),
  };
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
  const asked = { method, path, headers, body: body.text };
  const batched =
    openaiBatchApi(asked, state.batches, keys, state.script) ??
    anthropicBatchApi(asked, state.batches, keys, state.script);
  const { reply, faults } =
    batched === undefined
      ? answer(asked, keys, state.script)
      : withErrors(
          batched,
          state.script.wishesFor({ path, model: '', prompt: '' }).faults,
          providerFor(path, headers),
          '0'.repeat(64),
        );
  await send(response, reply, faults, entry, () => state.hold.wait());
}
