import assert from 'node:assert/strict';
import { waitUntil } from '../harness/wait-until.ts';
import { JETBRAINS_BRIDGE, ZED_BRIDGE } from './bridge-process.ts';
import { Editor } from './editor.ts';
import { type Rig, startRig } from './rig.ts';

/** What an editor has done to a trace, seen through the daemon's own `ListAnnotations`. */
describe('annotating through a bridge', () => {
  let rig: Rig;
  let traceId: string;
  const editors: Editor[] = [];
  const openEditor = async (options: Partial<ConstructorParameters<typeof Editor>[0]> = {}) => {
    const editor = new Editor({ script: JETBRAINS_BRIDGE, env: rig.env, ...options });
    editors.push(editor);
    await editor.open();
    return editor;
  };
  beforeEach(async () => {
    rig = await startRig(10);
    await rig.spend(1);
    const found = await waitUntil({
      what: 'the trace',
      probe: async () => (await rig.traceIds())[0],
    });
    traceId = found;
  });
  afterEach(async () => {
    for (const editor of editors.splice(0)) await editor.dispose();
    await rig.close();
  });

  it('lists the traces and takes outcome, label and metric in one request', async () => {
    const editor = await openEditor();
    const { traces } = await editor.connection.sendRequest<{ traces: Record<string, unknown>[] }>(
      'candela/recentTraces',
      { limit: 5 },
    );
    assert.deepEqual(
      traces.map((trace) => [trace['traceId'], trace['model']]),
      [[traceId, 'gpt-4o-mini']],
    );
    assert.match(String(traces[0]?.['detail']), /^\$1\.00, /);
    const result = await editor.connection.sendRequest('candela/annotate', {
      traceId,
      outcome: 'good',
      score: 0.75,
      label: 'reviewed',
      metric: { name: 'tests_passed', value: 12 },
      comment: 'as asked',
    });
    assert.partialDeepStrictEqual(result, { result: 'sent', traceId });
    const annotations = await rig.annotationsOf(traceId);
    const find = (field: string, value: unknown) => annotations.filter((one) => one[field] === value);
    assert.equal(annotations.length, 3);
    assert.deepEqual(
      find('score', 0.75).map(({ success, comment }) => [success, comment]),
      [[true, 'as asked']],
    );
    assert.equal(find('label', 'reviewed').length, 1);
    assert.deepEqual(
      find('metricName', 'tests_passed').map(({ metricValue }) => metricValue),
      [12],
    );
  });

  it('says which field is wrong, and that a trace is not there', async () => {
    const editor = await openEditor();
    const send = (params: unknown) => editor.connection.sendRequest('candela/annotate', params);
    await assert.rejects(send({ outcome: 'good' }), { code: -32602, message: /traceId/ });
    await assert.rejects(send({ traceId }), { code: -32602, message: /at least one/ });
    await assert.rejects(send({ traceId, outcome: 'splendid' }), { code: -32602, message: /outcome/ });
    await assert.rejects(send({ traceId, outcome: 'bad', score: 2 }), { code: -32602, message: /score/ });
    await assert.rejects(send({ traceId, label: 'x', score: 1 }), { code: -32602, message: /score/ });
    const refused = await send({ traceId: 'no-such-trace', outcome: 'good' });
    assert.partialDeepStrictEqual(refused, { result: 'refused' });
    assert.deepEqual(await rig.annotationsOf(traceId), []);
  });

  it('offers code actions whose commands do it, for the newest call at once', async () => {
    const editor = await openEditor();
    const textDocument = { uri: 'file:///a.ts' };
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    type Action = { title: string; command: { command: string; arguments?: unknown[] } };
    const ask = (context: object) =>
      editor.connection.sendRequest<Action[]>('textDocument/codeAction', { textDocument, range, context });
    const actions = await ask({ diagnostics: [] });
    assert.deepEqual(await ask({ diagnostics: [], only: ['source'] }), actions);
    assert.deepEqual(await ask({ diagnostics: [], only: ['quickfix', 'source.organizeImports'] }), []);
    const bad = actions.find(({ title }) => title === 'Candela: mark the last call bad');
    await editor.run(String(bad?.command.command), ...(bad?.command.arguments ?? []));
    const [annotation] = await rig.annotationsOf(traceId);
    assert.deepEqual([annotation?.['success'], annotation?.['score']], [false, 0]);
    assert.match(editor.messages.join('\n'), /is marked bad/);
  });

  it('asks which call and how it was, in two dialogs', async () => {
    await rig.spend(2);
    await waitUntil({
      what: 'two traces',
      probe: async () => ((await rig.traceIds()).length === 2 ? true : undefined),
    });
    const editor = await openEditor({
      script: ZED_BRIDGE,
      answer: ({ actions = [] }) =>
        actions.find(({ title }) => title === 'Good' || title.includes(traceId.slice(-8)))?.title,
    });
    await editor.run('candela.annotate');
    assert.deepEqual(
      editor.questions.map(({ actions }) => actions?.length),
      [2, 2],
    );
    assert.deepEqual(
      (await rig.annotationsOf(traceId)).map(({ success }) => success),
      [true],
    );
  });

  it('does nothing when a dialog is closed', async () => {
    const editor = await openEditor();
    assert.equal(await editor.run('candela.annotate'), null);
    assert.deepEqual(await rig.annotationsOf(traceId), []);
  });

  it('keeps what is said while the daemon is away, and the next bridge sends it', async () => {
    const editor = await openEditor();
    await editor.connection.sendRequest('candela/recentTraces', {});
    await rig.restart(async () => {
      const kept = await editor.connection.sendRequest('candela/annotate', {
        traceId: 'last',
        outcome: 'good',
      });
      assert.partialDeepStrictEqual(kept, { result: 'kept', traceId });
      assert.equal(await editor.close(), 0);
    });
    await openEditor({ script: ZED_BRIDGE });
    const sent = await waitUntil({
      what: 'the annotation at the daemon',
      probe: async () => (await rig.annotationsOf(traceId))[0],
    });
    assert.equal(sent['success'], true);
  });

  it('shows the spend and opens the dashboard, by itself where the editor can', async () => {
    const able = await openEditor({ capabilities: { window: { showDocument: { support: true } } } });
    assert.equal(await able.run('candela.openDashboard'), `${rig.url}/`);
    assert.deepEqual(able.shown, [`${rig.url}/`]);
    const unable = await openEditor();
    await unable.run('candela.openDashboard');
    assert.deepEqual(unable.shown, []);
    assert.match(unable.messages.join('\n'), new RegExp(`dashboard is at ${rig.url}/`));
    const lines = await unable.run('candela.showSpend');
    assert.deepEqual((lines as string[])[0], 'Budget: $1.00 / $10.00, 10.0 %');
    await assert.rejects(unable.run('candela.nonsense'), { code: -32602 });
  });
});
