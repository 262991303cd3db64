import assert from 'node:assert/strict';
import { sendRaw, withLength, type RawHttp } from './raw-http.ts';
import type { Rig } from './rig.ts';

export const CHAT = '/proxy/openai/v1/chat/completions';

const GOOD = { model: 'gpt-4o-mini', max_tokens: 20, messages: [{ role: 'user', content: 'hello' }] };

/** The body of a call that passes, with something special about it. */
export function good(special: object = {}): string {
  return JSON.stringify({ ...GOOD, ...special });
}

export function post(path: string, body: string | Buffer, headers: readonly string[] = []): RawHttp {
  return { path, body, headers: [...withLength(body), ...headers] };
}

/** The daemon answers, and a good call goes through. */
export async function assertLivesOn({ daemon }: Rig): Promise<void> {
  assert.equal((await fetch(`${daemon.url}/healthz`)).status, 200);
  const answer = await sendRaw(daemon.url, post(CHAT, good()));
  assert.equal(answer.status, 200);
}
