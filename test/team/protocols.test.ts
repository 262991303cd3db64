import assert from 'node:assert/strict';
import { Code, ConnectError, createClient, type Client, type Transport } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-node';
import { TraceService } from '@candela/proto/v1/trace_service';
import { UserService } from '@candela/proto/v1/user_service';
import { IAP_CLIENT, SERVICE_ACCOUNT, startTeam, type Team } from './rig.ts';
import type { FakeIap } from '../fakes/iap/start.ts';
import type { TestDaemon } from '../harness/daemon.ts';
import { freePort } from '../harness/free-port.ts';

const TRANSPORTS: Readonly<Record<string, (baseUrl: string) => Transport>> = {
  'gRPC over HTTP/2': (baseUrl) => createGrpcTransport({ baseUrl }),
  'gRPC over HTTP/2 in JSON': (baseUrl) => createGrpcTransport({ baseUrl, useBinaryFormat: false }),
  'gRPC-Web': (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
  Connect: (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1' }),
  'Connect over HTTP/2': (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2' }),
};

const failureOf = (call: Promise<unknown>): Promise<ConnectError> =>
  call.then(
    () => assert.fail('it was answered'),
    (cause: unknown) => ConnectError.from(cause),
  );

describe("the team's services, by every protocol, through a daemon and IAP", () => {
  let team: Team;
  let iap: FakeIap;
  let daemon: TestDaemon;
  let unreachable: TestDaemon;

  before(async () => {
    team = await startTeam();
    iap = await team.proxy({ header: 'proxy-authorization', audience: IAP_CLIENT });
    const config = { audience: IAP_CLIENT, iap_service_account: SERVICE_ACCOUNT };
    daemon = await team.daemon(iap.url, { config });
    unreachable = await team.daemon(`http://127.0.0.1:${await freePort()}`);
  });
  after(() => team.stop());

  const traces = (transport: Transport): Client<typeof TraceService> => createClient(TraceService, transport);

  for (const [name, transportTo] of Object.entries(TRANSPORTS)) {
    describe(name, () => {
      it('is answered', async () => {
        const { user } = await createClient(UserService, transportTo(daemon.url)).getCurrentUser({});
        assert.equal(user?.email, 'admin@localhost');
        assert.equal((await iap.seen()).at(-1)?.who?.email, SERVICE_ACCOUNT);
      });

      it("is refused in the server's words", async () => {
        const request = { traceId: 'ff'.repeat(16) };
        const direct = await failureOf(traces(transportTo(team.server.url)).getTrace(request));
        const forwarded = await failureOf(traces(transportTo(daemon.url)).getTrace(request));
        assert.equal(direct.code, Code.NotFound);
        assert.deepEqual([forwarded.code, forwarded.rawMessage], [direct.code, direct.rawMessage]);
      });

      it('learns that the server is not there', async () => {
        const { code } = await failureOf(traces(transportTo(unreachable.url)).listTraces({}));
        assert.equal(code, Code.Unavailable);
      });
    });
  }
});
