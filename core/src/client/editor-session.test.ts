import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { annotationMessage } from './annotation-message.ts';
import { type CatchUp, EditorSession } from './editor-session.ts';
import { FileOutboxStore } from './node/file-outbox-store.ts';
import { DEFAULT_STATUS_SETTINGS } from './status-input.ts';
import { eventually } from './testing/eventually.ts';
import { InMemoryDaemon } from './testing/in-memory-daemon.ts';
import { ManualScheduler } from './testing/manual-scheduler.ts';

describe('EditorSession', () => {
  let folder: string;
  let daemon: InMemoryDaemon;
  let scheduler: ManualScheduler;
  let session: EditorSession;
  let texts: string[];
  let catchUps: CatchUp[];

  const spend = (spentUsd: number) => {
    daemon.budget = { budget: { limitUsd: 10, spentUsd }, periodResetsAt: '2026-11-22T00:00:00Z' };
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'candela-session-'));
    daemon = new InMemoryDaemon();
    daemon.traceIds = ['newest', 'older'];
    spend(1);
    await daemon.start();
    scheduler = new ManualScheduler();
    texts = [];
    catchUps = [];
    session = new EditorSession({
      resolveBaseUrl: () => Promise.resolve(daemon.url),
      outboxStore: new FileOutboxStore(folder),
      settings: DEFAULT_STATUS_SETTINGS,
      pollIntervalMs: 5_000,
      scheduler,
      onCaughtUp: (report) => catchUps.push(report),
      onOutboxError: (error) => assert.fail(String(error)),
    });
    session.onStatus(({ text }) => texts.push(text));
  });
  afterEach(async () => {
    await session.stop();
    await daemon.stop();
    await rm(folder, { recursive: true });
  });

  it('shows the spend, its change, the outage and the return, and says nothing in between', async () => {
    assert.equal(session.status.text, '--');
    await session.start();
    await session.refresh();
    spend(9);
    assert.equal((await session.refresh()).severity, 'warn');
    await daemon.stop();
    assert.equal((await session.refresh()).severity, 'offline');
    assert.equal(session.figures, undefined);
    await daemon.start();
    scheduler.advance(1_500);
    await eventually('the return', () => texts.length === 4);
    assert.deepEqual(texts, ['$1.00 / $10.00', '$9.00 / $10.00', '--', '$9.00 / $10.00']);
  });

  it('marks the newest trace while the daemon is away, and sends the mark when it is back', async () => {
    // The first version did not wait for the traces, and marked the one before when the daemon stopped in between.
    await session.refresh();
    await daemon.stop();
    await session.refresh();
    const { traces, staleReason } = await session.recentTraces();
    assert.equal(traces[0]?.traceId, 'newest');
    assert.match(staleReason ?? '', /nothing answers/);

    const annotation = { kind: 'outcome', traceId: 'newest', success: true, score: 1 } as const;
    const outcome = await session.annotate(annotation);
    assert.match(
      annotationMessage(annotation, outcome),
      /marked good here; this will be sent when Candela is back/,
    );
    assert.match(session.status.tooltipMarkdown, /1 annotation is waiting/);

    await daemon.start();
    await session.refresh();
    assert.deepEqual(catchUps, [{ sentCount: 1, refused: [] }]);
    assert.equal(daemon.annotations[0]?.success, true);
    assert.doesNotMatch(session.status.tooltipMarkdown, /waiting/);
  });

  it('looks at the traces again only after a new call', async () => {
    await session.refresh();
    await session.refresh();
    assert.equal(daemon.countOf('listTraces'), 1);
    spend(2);
    await session.refresh();
    assert.equal(daemon.countOf('listTraces'), 2);
  });

  it('tells of a kept annotation that is refused later', async () => {
    await daemon.stop();
    await session.start();
    await session.annotate({ kind: 'label', traceId: 'gone', label: 'x' });
    await daemon.start();
    await session.refresh();
    assert.match(catchUps[0]?.refused[0]?.reason ?? '', /no trace gone/);
  });
});
