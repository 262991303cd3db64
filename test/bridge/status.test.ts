import assert from 'node:assert/strict';
import { waitUntil } from '../harness/wait-until.ts';
import { JETBRAINS_BRIDGE, ZED_BRIDGE } from './bridge-process.ts';
import { Editor } from './editor.ts';
import { type Rig, startRig } from './rig.ts';

/** The status of real bridges on stdio before a real daemon, as an editor receives it. */
describe('the status of a bridge', () => {
  let rig: Rig;
  const editors: Editor[] = [];
  const openEditor = async (options: Omit<ConstructorParameters<typeof Editor>[0], 'env'>) => {
    const editor = new Editor({ ...options, env: rig.env });
    editors.push(editor);
    await editor.open();
    return editor;
  };
  beforeEach(async () => {
    rig = await startRig(10);
  });
  afterEach(async () => {
    for (const editor of editors.splice(0)) await editor.dispose();
    await rig.close();
  });

  it('comes once, then only when what is drawn has changed, through every state', async () => {
    await rig.spend(3.42);
    const editor = await openEditor({ script: JETBRAINS_BRIDGE, candela: { status: true } });
    const first = await editor.status('with the spend', ({ state }) => state === 'ok');
    const spentUsd = await rig.spentUsd();
    assert.deepEqual(
      { ...first, tooltip: '', asOf: '' },
      {
        text: '$3.42 / $10.00',
        spendUsd: spentUsd,
        budgetUsd: 10,
        percent: 34.2,
        state: 'ok',
        tooltip: '',
        asOf: '',
      },
    );
    assert.match(first.tooltip, /Budget: \$3\.42 \/ \$10\.00, 34\.2 %\nRemaining: \$6\.58\n/);
    assert.ok(Math.abs(Date.now() - Date.parse(String(first.asOf))) < 60_000);

    // Each of these asks the daemon anew, and finds the same.
    for (let nth = 0; nth < 5; nth += 1) await editor.run('candela.showSpend');
    assert.deepEqual(editor.statuses, [first]);

    await rig.spend(5);
    const warning = await editor.status('close to the budget', ({ state }) => state === 'warn');
    assert.deepEqual([warning.text, warning.percent], ['$8.42 / $10.00', 84.2]);
    await rig.spend(2);
    const over = await editor.status('past the budget', ({ state }) => state === 'over');
    assert.deepEqual([over.text, over.percent], ['$10.42 / $10.00', 104.2]);
    await rig.kill();
    const offline = await editor.status('without the daemon', ({ state }) => state === 'offline');
    assert.deepEqual(
      [offline.text, offline.spendUsd, offline.budgetUsd, offline.percent],
      ['--', null, null, null],
    );
    assert.match(offline.tooltip, /not reachable since .* last seen \$10\.42/);
    assert.equal(offline.asOf?.slice(0, 10), over.asOf?.slice(0, 10));
    const drawn = editor.statuses.map(({ asOf: _asOf, ...status }) => JSON.stringify(status));
    assert.equal(new Set(drawn).size, drawn.length);
    assert.deepEqual(
      [...new Set(editor.statuses.map(({ state }) => state))],
      ['ok', 'warn', 'over', 'offline'],
    );
    await waitUntil({
      what: 'the notices of thresholds',
      probe: () => (editor.messages.some((message) => message.includes('104.2 %')) ? true : undefined),
      state: () => JSON.stringify(editor.messages),
    });
  });

  it('is sent to nobody who did not ask for it', async () => {
    const editor = await openEditor({ script: JETBRAINS_BRIDGE });
    await rig.spend(9);
    await editor.run('candela.showSpend');
    await waitUntil({
      what: 'the notice of a threshold, which does come',
      probe: () => (editor.messages.some((message) => message.includes('90.0 %')) ? true : undefined),
    });
    assert.deepEqual([editor.statuses, editor.serverStatuses], [[], []]);
  });

  it('shows in Zed as server status, in 50 characters, health changes at once', async () => {
    await rig.spend(3.42);
    const editor = await openEditor({ script: ZED_BRIDGE });
    const newest = (health: string) =>
      waitUntil({
        what: `health ${health}`,
        probe: () => editor.serverStatuses.find((status) => status.health === health),
      });
    assert.deepEqual(await newest('ok'), { health: 'ok', message: '$3.42/$10.00 34%' });
    // That a second figure of the same health waits for its turn is tested where the clock is the test's own.
    await rig.spend(5);
    assert.deepEqual(await newest('warning'), { health: 'warning', message: '$8.42/$10.00 84%' });
    for (const { health, message } of editor.serverStatuses) {
      const word = { ok: '', warning: 'Warning: ', error: 'Error: ' }[health];
      assert.ok(`(candela) ${word}${message}`.length <= 50);
    }
  });
});
