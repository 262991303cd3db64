import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CANDELA } from '../bridge/bridge-process.ts';
import { type Rig, startRig } from '../bridge/rig.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { Ide } from './ide.ts';
import { type BuiltPlugin, compileTestIde } from './plugin-build.ts';

const ROGUE = fileURLToPath(new URL('rogue-bridge.ts', import.meta.url));
const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`;

/** The packaged plugin in a real Java process, with the bridge that it brings along, before a real daemon. */
export function describeBehaviour(plugin: BuiltPlugin): void {
  let classPath = '';
  const ides: Ide[] = [];
  const startIde = (env: Readonly<Record<string, string>>): Ide => {
    const ide = new Ide({ java: plugin.java, classPath, env: { PATH, ...env } });
    ides.push(ide);
    return ide;
  };
  before(() => {
    classPath = compileTestIde(plugin);
  });
  afterEach(async () => {
    for (const ide of ides.splice(0)) await ide.kill();
  });

  describe('with its own bridge', () => {
    let rig: Rig;
    beforeEach(async () => {
      rig = await startRig(10);
    });
    afterEach(() => rig.close());
    const outcomesOf = async (traceId: string) =>
      (await rig.annotationsOf(traceId)).map((annotation) => annotation['success']);

    it('shows the spend as it changes, in words too, and tells when the budget runs low', async () => {
      await rig.spend(3.42);
      const ide = startIde(rig.env);
      ide.order('open', { window: 'a' });
      const first = await ide.event('a widget', ({ event }) => event === 'widget');
      assert.deepEqual([first.text, first.icon], ['…', '/icons/statusOffline.svg']);
      const ok = await ide.widget('with the spend', (text) => text === '$3.42 / $10.00');
      assert.equal(ok.icon, '/icons/statusOk.svg');
      assert.match(String(ok.tooltip), /^<html>.*<br>Budget: \$3\.42 \/ \$10\.00, 34\.2 %<br>/);
      await rig.spend(5);
      const low = await ide.widget('close to the budget', (text) => text === '$8.42 / $10.00 (low)');
      assert.equal(low.icon, '/icons/statusWarn.svg');
      assert.match(String(low.tooltip), /^<html>Close to the budget\.<br>/);
      await rig.spend(2);
      const over = await ide.widget('past the budget', (text) => text === '$10.42 / $10.00 (over)');
      assert.equal(over.icon, '/icons/statusOver.svg');
      await ide.event(
        'a notice',
        ({ type, content }) => type === 'ERROR' && String(content).includes('104.2 %'),
      );
      await rig.kill();
      const offline = await ide.widget('without the daemon', (text) => text === '--');
      assert.equal(offline.icon, '/icons/statusOffline.svg');
      assert.deepEqual(
        ide.of('widget').filter(({ thread }) => thread !== 'UI'),
        [],
      );
      assert.equal(ide.stderr(), '');
    });

    it('offers its actions in a popup, and does them', async () => {
      await rig.spend(0.1);
      await rig.spend(0.2);
      const ide = startIde(rig.env);
      ide.order('open', { window: 'a' });
      await ide.widget('with the spend', (text) => text === '$0.30 / $10.00');
      ide.order('click', { window: 'a' });
      const popup = await ide.event('the popup', ({ event }) => event === 'popup');
      const [good, bad, annotate, spend, dashboard, ...more] = popup.items ?? [];
      assert.deepEqual(more, []);
      const [newest = '', older = ''] = await rig.traceIds();

      ide.order('action', { id: String(good) });
      await ide.event('the answer', ({ content }) => String(content).includes('is marked good.'));
      assert.deepEqual(await outcomesOf(newest), [true]);
      ide.order('action', { id: String(bad) });
      await ide.event('the answer', ({ content }) => String(content).includes('is marked bad.'));
      assert.deepEqual(await outcomesOf(newest), [false]);

      ide.order('action', { id: String(annotate) });
      const which = await ide.event('the first question', ({ title }) => title === 'Which call?');
      ide.order('choose', { title: String(which.items?.[1]) });
      const how = await ide.event('the second question', ({ title }) =>
        String(title).startsWith('How was it?'),
      );
      assert.deepEqual(how.items, ['Good', 'Bad']);
      ide.order('choose', { title: 'Good' });
      await waitUntil({
        what: 'the annotation of the older call',
        probe: async () => ((await outcomesOf(older)).includes(true) ? true : undefined),
      });

      ide.order('action', { id: String(spend) });
      const lines = await ide.event('the spend', ({ content }) =>
        String(content).includes('<br>Budget: $0.30'),
      );
      assert.equal(lines.type, 'INFORMATION');
      ide.order('action', { id: String(dashboard) });
      const page = await ide.event('the dashboard', ({ event }) => event === 'browser');
      assert.equal(page.url, `${rig.url}/`);
      assert.equal(ide.stderr(), '');
    });

    it('marks nothing when a question is closed', async () => {
      await rig.spend(0.1);
      const ide = startIde(rig.env);
      ide.order('open', { window: 'a' });
      await ide.widget('with the spend', (text) => text === '$0.10 / $10.00');
      ide.order('action', { id: 'Candela.Annotate' });
      await ide.event('the question', ({ title }) => title === 'Which call?');
      ide.order('dismiss');
      // The bridge reads this after the answer to its question.
      ide.order('action', { id: 'Candela.ShowSpend' });
      await ide.event('the spend', ({ content }) => String(content).includes('Budget: $0.10'));
      const [traceId = ''] = await rig.traceIds();
      assert.deepEqual(await rig.annotationsOf(traceId), []);
    });

    it('has one bridge for all windows, and none after the last', async () => {
      const ide = startIde(rig.env);
      ide.order('open', { window: 'a' });
      ide.order('open', { window: 'b' });
      await ide.widget('in one window', (text) => text === '$0.00 / $10.00', 'a');
      await ide.widget('in the other', (text) => text === '$0.00 / $10.00', 'b');
      const [bridge, ...more] = await ide.processes();
      assert.deepEqual(more, []);
      ide.order('close', { window: 'a' });
      await rig.spend(1);
      await ide.widget('with the change', (text) => text === '$1.00 / $10.00', 'b');
      assert.deepEqual(await ide.processes(), [bridge]);
      ide.order('close', { window: 'b' });
      await gone(bridge);
      ide.order('open', { window: 'c' });
      await ide.widget('in a third', (text) => text === '$1.00 / $10.00', 'c');
      assert.equal(ide.stderr(), '');
    });

    it('starts a bridge that was killed again, and shows no figures meanwhile', async () => {
      const ide = startIde(rig.env);
      ide.order('open', { window: 'a' });
      await ide.widget('with the spend', (text) => text === '$0.00 / $10.00');
      const [bridge = 0] = await ide.processes();
      const from = ide.events.length;
      process.kill(bridge, 'SIGKILL');
      const meanwhile = await ide.event(
        'the pause',
        ({ event, text }) => event === 'widget' && text === '…',
        from,
      );
      assert.match(
        String(meanwhile.tooltip),
        /exit code 137\).*candela-jetbrains-bridge\.mjs.*<br>It is started again in 1 s\./,
      );
      await ide.widget('once it is back', (text) => text === '$0.00 / $10.00');
      const [second] = await ide.processes();
      assert.notEqual(second, bridge);
    });

    it('does an action while no window shows it', async () => {
      await rig.spend(0.1);
      const ide = startIde(rig.env);
      ide.order('action', { id: 'Candela.ShowSpend' });
      await ide.event('the spend', ({ content }) => String(content).includes('Budget: $0.10'));
    });

    it('starts an installed candela where there is no Node.js', async () => {
      await rig.spend(0.1);
      const installed = String(rig.env['HOME']);
      const script = `#!/bin/sh\nexec '${process.execPath}' '${CANDELA}' "$@"\n`;
      await writeFile(join(installed, 'candela'), script, { mode: 0o755 });
      const ide = startIde({ ...rig.env, PATH: installed });
      ide.order('open', { window: 'a' });
      await ide.widget('with the spend', (text) => text === '$0.10 / $10.00');
    });

    it('leaves no bridge behind when the IDE quits', async () => {
      const ide = startIde(rig.env);
      ide.order('open', { window: 'a' });
      await ide.widget('with the spend', (text) => text === '$0.00 / $10.00');
      const [bridge] = await ide.processes();
      ide.order('quit');
      await gone(bridge);
    });

    it('leaves no bridge behind when the IDE is killed', async () => {
      const ide = startIde(rig.env);
      ide.order('open', { window: 'a' });
      await ide.widget('with the spend', (text) => text === '$0.00 / $10.00');
      const [bridge] = await ide.processes();
      await ide.kill();
      await gone(bridge);
    });
  });

  describe('with a bridge that misbehaves', () => {
    let folder = '';
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'candela-rogue-'));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));
    const memory = () => join(folder, 'memory');
    const choose = (ide: Ide, way: string) => {
      const commandLine = `${process.execPath} ${ROGUE} ${way} ${memory()}`;
      ide.order('settings', { commandLine });
    };
    const startRogue = (way: string): Ide => {
      const ide = startIde({ HOME: folder });
      choose(ide, way);
      ide.order('open', { window: 'a' });
      return ide;
    };

    it('passes over lines that are no messages, and takes no text for markup', async () => {
      const ide = startRogue('garbage');
      const { tooltip } = await ide.widget('after the garbage', (text) => text === 'after garbage');
      assert.equal(tooltip, '<html>&lt;b&gt;&quot;not&quot; bold&lt;/b&gt; &amp;<br>second line</html>');
      assert.deepEqual([...ide.of('notification'), ...ide.of('popup')], []);
      assert.equal(ide.stderr(), '');
    });

    it('passes over a line that does not fit into memory', async () => {
      const ide = startRogue('long');
      await ide.widget('after the long line', (text) => text === 'after a long line');
      assert.equal(ide.stderr(), '');
    });

    it('shows … between two runs of one that ends by itself', async () => {
      const ide = startRogue('dies');
      await ide.widget('of the first run', (text) => text === 'run 1');
      await writeFile(`${memory()}.end`, '');
      await ide.widget('of the second run', (text) => text === 'run 2');
      const shown = ide.of('widget').map(({ text }) => text);
      assert.deepEqual(shown.slice(shown.indexOf('run 1')), ['run 1', '…', 'run 2']);
    });

    it('answers what it asks, and opens nothing but pages', async () => {
      const ide = startRogue('asks');
      await ide.event('the question', ({ title }) => title === 'Go?');
      ide.order('choose', { title: 'Yes' });
      const { text } = await ide.widget('with all answers', (shown) => shown.includes('q4='));
      assert.equal(text, 'q1={"success":false} q2={"success":true} q3=-32601 q4={"title":"Yes"}');
      assert.deepEqual(
        ide.of('browser').map(({ url }) => url),
        ['http://127.0.0.1:1/'],
      );
    });

    it('ends one that does not end when asked', async () => {
      const ide = startRogue('deaf');
      await ide.widget('of the deaf one', (text) => text === 'deaf');
      const [bridge] = await ide.processes();
      ide.order('close', { window: 'a' });
      await gone(bridge);
    });

    it('changes to the bridge that was set, and ends the one of before', async () => {
      const ide = startRogue('deaf');
      await ide.widget('of the first', (text) => text === 'deaf');
      const [bridge] = await ide.processes();
      choose(ide, 'garbage');
      await ide.widget('of the second', (text) => text === 'after garbage');
      await gone(bridge);
    });

    it('says what to do where there is none to start, and that it does nothing meanwhile', async () => {
      const ide = startIde({ HOME: folder, PATH: folder });
      ide.order('open', { window: 'a' });
      const missing = await ide.event('a widget that says so', ({ tooltip }) =>
        String(tooltip).includes('Node.js'),
      );
      assert.equal(missing.text, '…');
      assert.match(
        String(missing.tooltip),
        /on the PATH\. Install one, or set the command.*<br>It is started again in 1 s\./,
      );
      ide.order('action', { id: 'Candela.MarkLastGood' });
      await ide.event(
        'that it is not running',
        ({ type, content }) => type === 'WARNING' && String(content).includes('is not running'),
      );
    });
  });
}

/** Resolves once no process has that id any more. */
function gone(processId: number | undefined): Promise<true> {
  assert.ok(processId !== undefined);
  return waitUntil({
    what: `the end of process ${processId}`,
    probe: () => {
      try {
        process.kill(processId, 0);
        return undefined;
      } catch {
        return true;
      }
    },
  });
}
