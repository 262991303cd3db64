import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CandelaExtensionApi } from '../../src/extension.ts';
import { DaemonClient } from './daemon-client.ts';
import { activateExtension, eventually, testContext } from './test-context.ts';

export function describeAnnotations(): void {
  describe('annotations', () => {
    const daemon = new DaemonClient(testContext());
    let api: CandelaExtensionApi;
    let traceId: string;

    const run = (command: string, args: object = {}) =>
      vscode.commands.executeCommand<{ result: string; reason?: string } | undefined>(
        `candela.${command}`,
        args,
      );

    before(async () => {
      await daemon.startDaemon();
      api = await activateExtension();
      await daemon.setBudget(100);
    });
    beforeEach(async () => {
      const calls = () => /\| Calls \| (\d+)/.exec(api.statusModel().tooltipMarkdown)?.[1];
      await vscode.commands.executeCommand('candela.refresh');
      const before = calls();
      traceId = await daemon.chat({ inputTokens: 100, outputTokens: 10 });
      await eventually(
        'the call is counted',
        async () => {
          await vscode.commands.executeCommand('candela.refresh');
          return calls() !== before || undefined;
        },
        calls,
      );
    });
    after(() => daemon.startDaemon());

    it('marks the last trace good', async () => {
      assert.deepEqual(await run('markLastTraceGood', { comment: 'merged' }), { result: 'sent' });
      const [outcome, ...rest] = await daemon.annotations(traceId);
      assert.deepEqual(rest, []);
      assert.equal(outcome?.type, 'ANNOTATION_TYPE_OUTCOME');
      assert.deepEqual([outcome?.success, outcome?.score, outcome?.comment], [true, 1, 'merged']);
    });

    it('marks the last trace bad, which replaces good', async () => {
      await run('markLastTraceGood');
      await run('markLastTraceBad', { score: 0.25 });
      const [outcome, ...rest] = await daemon.annotations(traceId);
      assert.deepEqual(rest, []);
      assert.deepEqual([outcome?.success ?? false, outcome?.score], [false, 0.25]);
    });

    it('refuses a score that is none', async () => {
      assert.equal(await run('markLastTraceGood', { score: 7 }), undefined);
      assert.deepEqual(await daemon.annotations(traceId), []);
    });

    it('labels and measures a trace, by id and by "last"', async () => {
      await run('addLabel', { traceId, label: 'refactor' });
      await run('logMetric', { traceId: 'last', metricName: 'tests_passed', metricValue: 42 });
      await run('annotateTrace', { traceId, label: 'second' });
      await run('annotateTrace', { traceId, metricName: 'lines', metricValue: -3.5 });
      const annotations = await daemon.annotations(traceId);
      assert.deepEqual(
        annotations.map(({ label, metricName, metricValue }) => [label, metricName, metricValue]),
        [
          ['refactor', undefined, undefined],
          [undefined, 'tests_passed', 42],
          ['second', undefined, undefined],
          [undefined, 'lines', -3.5],
        ],
      );
    });

    it('says so when the trace does not exist, and does not keep trying', async () => {
      const outcome = await run('annotateTrace', { traceId: 'f'.repeat(32), outcome: 'good' });
      assert.equal(outcome?.result, 'refused');
      assert.doesNotMatch(api.statusModel().tooltipMarkdown, /waiting/);
    });

    it('keeps what is said offline, says so, and sends it once when the daemon returns', async () => {
      await daemon.stopDaemon();
      await vscode.commands.executeCommand('candela.refresh');
      const good = await run('markLastTraceGood');
      const label = await run('addLabel', { traceId: 'last', label: 'offline' });
      assert.deepEqual([good?.result, label?.result], ['kept', 'kept']);
      assert.match(good?.reason ?? '', /nothing answers/);
      assert.match(api.statusModel().tooltipMarkdown, /2 annotations are waiting to be sent/);
      await daemon.startDaemon();
      await eventually('nothing waits any more', () => {
        const { severity, tooltipMarkdown } = api.statusModel();
        return (severity !== 'offline' && !tooltipMarkdown.includes('waiting')) || undefined;
      });
      const annotations = await daemon.annotations(traceId);
      assert.deepEqual(
        annotations.map(({ success, label: text }) => [success, text]),
        [
          [true, undefined],
          [undefined, 'offline'],
        ],
      );
    });
  });
}
