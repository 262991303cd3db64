import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { manualClock } from '../../testing/manual-clock.ts';
import { recordedLog } from '../../testing/recorded-log.ts';
import { Refusal } from '../errors.ts';
import { authorizeByGoogle, googleAccessTokens } from './google-access-token.ts';

const SUBJECT = 'a-secret-subject-token';

/** Application Default Credentials as a workload has them, and the endpoint that trades them for a token. */
class TokenEndpoint {
  given = 0;
  asked = 0;
  /** Seconds; an error instead, if it is none. */
  lifetime: number | 'refused' = 3600;
  folder = '';
  readonly #server: Server = createServer((req, res) => {
    this.asked++;
    req.resume().once('end', () => {
      const isRefused = this.lifetime === 'refused';
      const answer = isRefused
        ? { error: 'invalid_grant', error_description: 'the subject is not known' }
        : {
            ...{ access_token: `ya29.${++this.given}`, expires_in: this.lifetime, token_type: 'Bearer' },
            issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          };
      res
        .writeHead(isRefused ? 400 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer));
    });
  });

  async start(): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'candela-adc-'));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    await writeFile(join(this.folder, 'subject'), SUBJECT);
    await writeFile(
      join(this.folder, 'adc.json'),
      JSON.stringify({
        type: 'external_account',
        audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `http://127.0.0.1:${port}/token`,
        credential_source: { file: join(this.folder, 'subject') },
        quota_project_id: 'who-pays',
      }),
    );
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await rm(this.folder, { recursive: true });
  }
}

describe('Google access tokens', () => {
  const before_ = { ...process.env };
  let endpoint: TokenEndpoint;

  beforeEach(async () => {
    endpoint = new TokenEndpoint();
    await endpoint.start();
    process.env['METADATA_SERVER_DETECTION'] = 'none';
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = join(endpoint.folder, 'adc.json');
  });
  afterEach(async () => {
    for (const name of ['METADATA_SERVER_DETECTION', 'GOOGLE_APPLICATION_CREDENTIALS']) {
      if (before_[name] === undefined) delete process.env[name];
      else process.env[name] = before_[name];
    }
    await endpoint.stop();
  });

  const failure = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => assert.fail('no failure'),
      (cause: unknown) => cause,
    );
  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    const deadline = performance.now() + 60_000;
    while (!(await holds())) {
      assert.ok(performance.now() < deadline, 'it did not come to be in time');
      await nextTurn();
    }
  };

  it('are asked for once, however many calls want one', async () => {
    const tokens = googleAccessTokens({ logger: recordedLog().logger });
    const got = await Promise.all(Array.from({ length: 50 }, () => tokens.get()));
    assert.deepEqual(new Set(got), new Set(['ya29.1']));
    assert.equal(await tokens.get(), 'ya29.1');
    assert.equal(endpoint.asked, 1);
  });

  it('are replaced five minutes before they end, and nobody waits for it', async () => {
    endpoint.lifetime = 299;
    const tokens = googleAccessTokens({ logger: recordedLog().logger });
    assert.equal(await tokens.get(), 'ya29.1');
    endpoint.lifetime = 3600;
    assert.deepEqual(await Promise.all([tokens.get(), tokens.get()]), ['ya29.1', 'ya29.1']);
    await until(async () => (await tokens.get()) === 'ya29.2');
    assert.equal(endpoint.asked, 2);
  });

  it('that may end on their way are not used', async () => {
    endpoint.lifetime = 20;
    const tokens = googleAccessTokens({ logger: recordedLog().logger });
    assert.equal(await tokens.get(), 'ya29.1');
    assert.equal(await tokens.get(), 'ya29.2');
  });

  it('serve to their end if no new one is to be had, which is tried again every ten seconds', async () => {
    endpoint.lifetime = 200;
    const clock = manualClock(Date.now());
    const { logger, lines } = recordedLog();
    const tokens = googleAccessTokens({ logger, clock });
    await tokens.get();
    endpoint.lifetime = 'refused';
    const failures = async (count: number): Promise<void> => {
      assert.equal(await tokens.get(), 'ya29.1');
      await until(() => lines.length >= count);
      assert.equal(lines.length, count);
    };
    await failures(1);
    await failures(1);
    clock.advanceMs(10_000);
    await failures(2);
    clock.advanceMs(180_000);
    assert.ok((await failure(tokens.get())) instanceof Refusal);
  });

  it('that cannot be had are a refusal that says what to do, and a line in the log without a secret', async () => {
    endpoint.lifetime = 'refused';
    const { logger, lines } = recordedLog();
    const tokens = googleAccessTokens({ logger });
    const refusal = await failure(tokens.get());
    assert.ok(refusal instanceof Refusal);
    assert.deepEqual([refusal.type, refusal.status], ['upstream_error', 502]);
    assert.match(refusal.message, /gcloud auth application-default login/);
    assert.deepEqual(
      lines.map(({ level, msg }) => [level, msg]),
      [['error', 'failed to get ADC token']],
    );
    assert.match(JSON.stringify(lines), /invalid_grant/);
    assert.equal(JSON.stringify(lines).includes(SUBJECT), false);
    endpoint.lifetime = 3600;
    assert.equal(await tokens.get(), 'ya29.1', 'once the credentials work they are used');
  });

  it('are missed where there are no credentials at all', async () => {
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = join(endpoint.folder, 'not-there.json');
    const tokens = googleAccessTokens({ logger: recordedLog().logger });
    assert.ok((await failure(tokens.get())) instanceof Refusal);
  });

  it('take the place of what the client sent, with the project that pays', async () => {
    const tokens = googleAccessTokens({ logger: recordedLog().logger });
    const headers = ['Authorization', 'Bearer ck_client', 'X-Goog-User-Project', 'theirs', 'Accept', '*/*'];
    await authorizeByGoogle(headers, tokens);
    assert.deepEqual(headers, [
      ...['Accept', '*/*', 'authorization', 'Bearer ya29.1'],
      ...['x-goog-user-project', 'who-pays'],
    ]);
  });
});
