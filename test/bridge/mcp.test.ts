import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { staysOnOneDay } from '../harness/one-day.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { CANDELA, JETBRAINS_BRIDGE, spawnBridge, ZED_BRIDGE } from './bridge-process.ts';
import { type Rig, startRig } from './rig.ts';

const SERVERS: readonly (readonly [script: string, ...args: string[]])[] = [
  [CANDELA, 'mcp'],
  [ZED_BRIDGE, '--mcp'],
  [JETBRAINS_BRIDGE, '--mcp'],
];

/** The bridge as an agent's MCP server, driven by the protocol's own client. */
describe('a bridge as MCP server', () => {
  staysOnOneDay();

  let rig: Rig;
  let traceId: string;
  let client: Client;
  const connect = async ([script, ...args]: readonly [string, ...string[]]) => {
    const env = { PATH: process.env['PATH'] ?? '', ...rig.env };
    client = new Client({ name: 'test', version: '1' });
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [script, ...args], env, stderr: 'pipe' }),
    );
  };
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    const result = await client.callTool({ name, arguments: args });
    const [first] = result.content;
    return {
      isError: result.isError ?? false,
      text: first?.type === 'text' ? first.text : '',
      structured: (result.structuredContent ?? {}) as Record<string, unknown>,
    };
  };
  before(async () => {
    rig = await startRig(10);
    await rig.spend(3.42);
    traceId = await waitUntil({
      what: 'the trace',
      probe: async () => (await rig.traceIds())[0],
    });
  });
  after(() => rig.close());
  afterEach(() => client.close());

  for (const server of SERVERS) {
    const name = server.map((part) => part.split('/').at(-1)).join(' ');

    it(`${name}: tells the spend and the newest traces, and annotates`, async () => {
      await connect(server);
      const { tools } = await client.listTools();
      assert.deepEqual(
        tools.map((tool) => tool.name),
        ['candela_spend_today', 'candela_recent_traces', 'candela_branch_cost', 'candela_annotate_trace'],
      );
      const spend = await call('candela_spend_today');
      assert.match(spend.text, /^Candela: \$3\.42 of \$10\.00 spent today, 34\.2 %/);
      assert.equal(spend.structured['spendUsd'], await rig.spentUsd());
      const recent = await call('candela_recent_traces', { limit: 1 });
      assert.match(recent.text, new RegExp(`^${traceId}: gpt-4o-mini`));
      const label = `by ${name}`;
      const annotated = await call('candela_annotate_trace', { outcome: 'bad', score: 0.25, label });
      assert.deepEqual([annotated.isError, annotated.structured['traceId']], [false, traceId]);
      const annotations = await rig.annotationsOf(traceId);
      assert.ok(annotations.some((one) => one['success'] === false && one['score'] === 0.25));
      assert.ok(annotations.some((one) => one['label'] === label));
    });
  }

  it('asks the Candela it is told of, and starts none in its place', async () => {
    const other = await startRig(20);
    try {
      await connect([CANDELA, 'mcp', '--daemon-url', other.url]);
      assert.match((await call('candela_spend_today')).text, /^Candela: \$0\.00 of \$20\.00 spent today/);
      await other.kill();
      assert.match((await call('candela_spend_today')).text, /not known/);
    } finally {
      await client.close();
      await other.close();
    }
  });

  it('says in words what is wrong with a call', async () => {
    await connect([CANDELA, 'mcp']);
    const nothingSaid = await call('candela_annotate_trace', { traceId });
    assert.deepEqual([nothingSaid.isError, /at least one/.test(nothingSaid.text)], [true, true]);
    const noTrace = await call('candela_annotate_trace', { traceId: 'no-such-trace', outcome: 'good' });
    assert.deepEqual([noTrace.isError, /was not marked good/.test(noTrace.text)], [true, true]);
    const before = await rig.annotationsOf(traceId);
    const misnamed = await call('candela_annotate_trace', { trace_id: 'another-trace', label: 'misplaced' });
    assert.deepEqual([misnamed.isError, /trace_id/.test(misnamed.text)], [true, true]);
    assert.deepEqual(await rig.annotationsOf(traceId), before);
  });

  it('has a prompt for each', async () => {
    await connect([CANDELA, 'mcp']);
    const { prompts } = await client.listPrompts();
    assert.deepEqual(
      prompts.map((prompt) => prompt.name),
      ['spend', 'recent-traces', 'annotate'],
    );
    const { messages } = await client.getPrompt({ name: 'annotate', arguments: { outcome: 'good' } });
    assert.match(JSON.stringify(messages), /candela_annotate_trace with outcome \\"good\\"/);
  });

  it('goes on after lines that are no messages, and ends with its input', async () => {
    await connect([CANDELA, 'mcp']);
    const server = spawnBridge(CANDELA, ['mcp'], rig.env);
    let said = '';
    server.child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const noise = Buffer.alloc(2 ** 20, 'noise');
    for (let sent = 0; sent < 100; sent += 1) {
      if (!server.child.stdin.write(noise)) await once(server.child.stdin, 'drain');
    }
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    };
    server.child.stdin.write(`\n{"half":\n[]\n${JSON.stringify(initialize)}\n`);
    await waitUntil({
      what: 'the answer',
      probe: () => (said.includes('"id":1') ? true : undefined),
      state: () => `${said}; stderr: ${server.stderr()}`,
    });
    server.child.stdin.end();
    assert.equal(await server.exited, 0);
    assert.match(server.stderr(), /a line of 104857600 bytes is left out/);
  });
});
