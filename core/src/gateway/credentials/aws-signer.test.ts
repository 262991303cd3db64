import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../client/testing/eventually.ts';
import { Refusal } from '../errors.ts';
import type { OutgoingCall } from '../providers/provider.ts';
import { headerValue } from '../wire/headers.ts';
import { AwsSigner } from './aws-signer.ts';

const UPSTREAM = new URL('https://bedrock-runtime.eu-central-1.amazonaws.com');
const AWS = { region: 'eu-central-1' };

const call = (): OutgoingCall => ({
  path: '/model/a%3A0/invoke',
  headers: [
    'Authorization',
    'Bearer client',
    'X-Amz-Date',
    'x',
    'x-amz-security-token',
    'y',
    'X-Other',
    'kept',
  ],
  body: Buffer.from('{}'),
});

/** Everything that AWS's tools would otherwise find on the machine that runs this. */
const NAMES = [
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'],
  ...['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_EC2_METADATA_DISABLED'],
  ...[
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  ],
];

describe('the signature of a call to AWS', () => {
  const before = new Map(NAMES.map((name) => [name, process.env[name]]));
  let folder: string;
  let server: Server | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candela-aws-'));
    for (const name of NAMES) delete process.env[name];
    process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
    process.env['AWS_CONFIG_FILE'] = join(folder, 'config');
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(folder, 'credentials');
  });
  afterEach(async () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    server?.close();
    server?.closeAllConnections();
    server = undefined;
    await rm(folder, { recursive: true });
  });

  const signed = async (signer: AwsSigner): Promise<OutgoingCall> => {
    const outgoing = call();
    await signer.sign(UPSTREAM, outgoing);
    return outgoing;
  };

  const keyOf = ({ headers }: OutgoingCall): string | undefined =>
    /Credential=([^/]+)\//.exec(headerValue(headers, 'authorization') ?? '')?.[1];

  it('replaces whatever the client had signed', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIAENV';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
    const { headers } = await signed(new AwsSigner('bedrock', AWS));
    const names = headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    assert.deepEqual(names.toSorted(), [
      ...['authorization', 'content-type', 'x-amz-content-sha256', 'x-amz-date', 'x-other'],
    ]);
    assert.match(
      headerValue(headers, 'authorization') ?? '',
      /^AWS4-HMAC-SHA256 Credential=AKIAENV\/\d{8}\/eu-central-1\/bedrock\/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=[0-9a-f]{64}$/,
    );
  });

  it('takes the configured profile', async () => {
    const keys = (name: string): string => `[${name}]\naws_access_key_id=${name}\naws_secret_access_key=s\n`;
    await writeFile(join(folder, 'credentials'), keys('default') + keys('work'));
    assert.equal(keyOf(await signed(new AwsSigner('bedrock', { ...AWS, profile: 'work' }))), 'work');
    assert.equal(keyOf(await signed(new AwsSigner('bedrock', AWS))), 'default');
  });

  it('keeps credentials, and has new ones before the old ones end', async () => {
    let given = 0;
    const lifetimesMs = [4 * 60_000, 60 * 60_000];
    server = createServer((_req, res) => {
      const Expiration = new Date(Date.now() + (lifetimesMs[given] ?? 0)).toISOString();
      given += 1;
      res.end(JSON.stringify({ AccessKeyId: `KEY${given}`, SecretAccessKey: 's', Token: 't', Expiration }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `http://127.0.0.1:${port}/credentials`;
    const signer = new AwsSigner('bedrock', AWS);
    const first = await Promise.all([signed(signer), signed(signer), signed(signer)]);
    assert.deepEqual(first.map(keyOf), ['KEY1', 'KEY1', 'KEY1']);
    // Four minutes before their end they still serve, while new ones are fetched.
    await eventually('the new key signs', async () => keyOf(await signed(signer)) === 'KEY2');
    await Promise.all([signed(signer), signed(signer)]);
    assert.equal(given, 2);
  });

  it('is refused without credentials, in words that say what to do', async () => {
    await assert.rejects(signed(new AwsSigner('bedrock', AWS)), (error) => {
      assert.ok(error instanceof Refusal);
      assert.equal(error.status, 502);
      assert.match(error.message, /aws sso login/);
      return true;
    });
  });

  it('is tried again once there are credentials', async () => {
    const signer = new AwsSigner('bedrock', AWS);
    await assert.rejects(signed(signer), Refusal);
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIALATER';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
    assert.equal(keyOf(await signed(signer)), 'AKIALATER');
  });
});
