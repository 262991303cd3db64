import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { annotationMessage } from './annotations/annotation-message.ts';
import { type CatchUp, EditorSession } from './editor-session.ts';
import { FileOutboxStore } from './node/file-outbox-store.ts';
import { DEFAULT_STATUS_SETTINGS } from './status/status-input.ts';
import { eventually } from './testing/eventually.ts';
import { InMemoryDaemon } from './testing/in-memory-daemon.ts';
import { ManualScheduler } from './testing/manual-scheduler.ts';
import { InMemoryToldThresholds, type ThresholdNotice, type ToldThresholds } from './status/thresholds.ts';

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

  it('knows the developer’s own last trace, where an admin is listed everybody’s', async () => {
    daemon.traceUsers = { newest: 'bob', older: 'ada' };
    assert.equal(
      (await session.lastTrace()).trace?.traceId,
      'newest',
      'before it knows whose figures it shows',
    );
    const budget = { userId: 'ada', limitUsd: 10, spentUsd: 1 };
    daemon.budget = { budget, periodResetsAt: '2026-11-22T00:00:00Z' };
    await session.refresh();
    assert.equal((await session.lastTrace()).trace?.traceId, 'older');
    await daemon.stop();
    await session.refresh();
    const { trace, staleReason } = await session.lastTrace();
    assert.equal(trace?.traceId, 'older');
    assert.match(staleReason ?? '', /nothing answers/);
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

  it('lists the traces once for many changes in a row', async () => {
    let open = () => {};
    await session.refresh();
    assert.equal(daemon.countOf('listTraces'), 1);
    daemon.gate = new Promise((resolve) => (open = resolve));
    const looks = [session.refresh(), session.refresh(), session.refresh()];
    spend(2);
    open();
    await Promise.all(looks);
    assert.equal(daemon.countOf('listTraces'), 2);
  });

  describe('with a folder that cannot be written', () => {
    let errors: unknown[];
    let blocked: EditorSession;

    beforeEach(async () => {
      errors = [];
      const file = path.join(folder, 'outbox');
      await writeFile(file, 'no folder can be here');
      blocked = new EditorSession({
        resolveBaseUrl: () => Promise.resolve(daemon.url),
        outboxStore: new FileOutboxStore(file),
        settings: DEFAULT_STATUS_SETTINGS,
        ...{ pollIntervalMs: 5_000, scheduler },
        onCaughtUp: () => {},
        onOutboxError: (error) => errors.push(error),
      });
      await blocked.start();
    });
    afterEach(() => blocked.stop());

    it('says so once, and not again with each poll', async () => {
      for (let times = 0; times < 4; times += 1) await blocked.refresh();
      assert.equal(errors.length, 1);
      assert.equal(blocked.status.text, '$1.00 / $10.00');
      await rm(path.join(folder, 'outbox'));
      await blocked.refresh();
      await writeFile(path.join(folder, 'outbox'), '');
      await blocked.refresh();
      assert.equal(errors.length, 2);
    });

    it('sends an annotation all the same', async () => {
      const sent = await blocked.annotate({ kind: 'label', traceId: 'newest', label: 'x' });
      assert.deepEqual(sent, { result: 'sent' });
      assert.equal(daemon.annotations[0]?.label, 'x');
      assert.equal(errors.length, 1);
    });
  });

  describe('as time goes by', () => {
    const ageIn = () => /Figures are \| (.*? old)/.exec(session.status.tooltipMarkdown)?.[1];

    it('tells how old its figures are, though nothing is asked', async () => {
      await session.start();
      session.setFocused(false);
      scheduler.advance(600_000);
      assert.equal(session.status.source?.via, 'paused');
      await session.refresh();
      scheduler.advance(3_600_000);
      assert.equal(ageIn(), '1 h 0 min old');
    });

    it('shows nothing of yesterday after a night’s sleep, and asks at once', async () => {
      await session.refresh();
      await session.start();
      daemon.gate = new Promise(() => {});
      scheduler.sleep(14 * 3_600_000);
      scheduler.advance(15_000);
      assert.equal(session.status.text, '--');
      assert.match(session.status.accessibilityLabel, /a new day has begun/);
      await eventually('the question', () => daemon.countOf('getMyBudget') >= 3);
    });

    it('does not trust the line it had before the machine slept', async () => {
      daemon.hasEvents = true;
      await session.start();
      await eventually('a live stream', () => session.status.source?.via === 'push');
      scheduler.sleep(3_600_000);
      scheduler.advance(15_000);
      await eventually('its end', () => session.status.source?.via === 'poll');
      scheduler.advance(1_000);
      await eventually('another', () => session.status.source?.via === 'push');
      assert.equal(daemon.countOf('events'), 2);
    });

    it('asks nothing when it wakes while nobody looks', async () => {
      await session.start();
      session.setFocused(false);
      scheduler.advance(600_000);
      const before = daemon.countOf('getMyBudget');
      scheduler.sleep(3_600_000);
      scheduler.advance(15_000);
      assert.equal(ageIn(), '1 h 10 min old');
      assert.equal(daemon.countOf('getMyBudget'), before);
    });
  });

  describe('left by the developer', () => {
    beforeEach(() => session.start());

    it('pauses after ten minutes, says so, and catches up when it is looked at again', async () => {
      session.setFocused(false);
      scheduler.advance(599_999);
      await session.refresh();
      assert.equal(session.status.source?.via, 'poll');
      scheduler.advance(1);
      assert.equal(session.status.source?.via, 'paused');
      const before = daemon.countOf('getMyBudget');
      scheduler.advance(3_600_000);
      assert.equal(daemon.countOf('getMyBudget'), before);
      assert.equal(session.status.text, '$1.00 / $10.00');
      assert.match(session.status.tooltipMarkdown, /paused while this window is not used/);
      spend(2);
      session.setFocused(true);
      await eventually('the new figure', () => session.status.text === '$2.00 / $10.00');
      assert.equal(session.status.source?.via, 'poll');
    });

    it('goes on when it is looked at again in time', async () => {
      session.setFocused(false);
      scheduler.advance(500_000);
      session.setFocused(true);
      scheduler.advance(500_000);
      assert.notEqual(session.status.source?.via, 'paused');
    });
  });

  describe('thresholds', () => {
    let told: InMemoryToldThresholds;
    let notices: ThresholdNotice[];
    let other: EditorSession;

    const openWith = (store: ToldThresholds) =>
      new EditorSession({
        resolveBaseUrl: () => Promise.resolve(daemon.url),
        outboxStore: new FileOutboxStore(folder),
        settings: { ...DEFAULT_STATUS_SETTINGS, notifyAtPercents: [50, 90] },
        ...{ pollIntervalMs: 5_000, scheduler },
        thresholds: { told: store, onReached: (notice) => notices.push(notice) },
        onCaughtUp: () => {},
        onOutboxError: (error) => assert.fail(String(error)),
      });
    const spendOn = (day: number, spentUsd: number) => {
      const periodKey = `2026-11-${day}`;
      const periodResetsAt = `2026-11-${day + 1}T00:00:00Z`;
      daemon.budget = { budget: { userId: 'ada', limitUsd: 10, spentUsd }, periodKey, periodResetsAt };
    };
    const told1 = () => eventually('a notice', () => notices.length === 1);

    beforeEach(() => {
      told = new InMemoryToldThresholds();
      notices = [];
      other = openWith(told);
    });
    afterEach(() => other.stop());

    it('are told once by one of two windows, and again the next day', async () => {
      const another = openWith(told);
      spendOn(21, 6);
      await Promise.all([other.refresh(), another.refresh()]);
      await told1();
      spendOn(21, 7);
      await Promise.all([other.refresh(), another.refresh()]);
      spendOn(22, 5);
      await Promise.all([other.refresh(), another.refresh()]);
      await eventually('the next day’s', () => notices.length === 2);
      await another.stop();
      assert.deepEqual(
        notices.map(({ periodKey, percent }) => [periodKey, percent]),
        [
          ['2026-11-21', 50],
          ['2026-11-22', 50],
        ],
      );
    });

    it('are not told again by who comes second to the highest of them', async () => {
      assert.equal(await told.claim({ userId: 'ada', periodKey: '2026-11-21', percent: 90 }), true);
      spendOn(21, 9.5);
      await other.refresh();
      await other.stop();
      assert.deepEqual(notices, []);
      assert.equal(await told.claim({ userId: 'ada', periodKey: '2026-11-21', percent: 50 }), false);
    });

    it('are left to the window that is looked at', async () => {
      const focused = openWith(told);
      other.setFocused(false);
      spendOn(21, 6);
      await other.refresh();
      await focused.refresh();
      await told1();
      await focused.stop();
      scheduler.advance(3_000);
      await other.refresh();
      assert.equal(notices.length, 1);
    });

    it('are told by a window in the background if there is no other', async () => {
      other.setFocused(false);
      spendOn(21, 6);
      await other.refresh();
      assert.equal(notices.length, 0);
      await eventually('the grace', () => scheduler.pendingDelaysMs.includes(3_000));
      scheduler.advance(3_000);
      await told1();
    });

    it('are told once a window where nothing can be remembered', async () => {
      await other.stop();
      other = openWith({ claim: () => Promise.reject(new Error('disk full')) });
      spendOn(21, 6);
      await other.refresh();
      await told1();
      await other.refresh();
      assert.equal(notices.length, 1);
    });
  });
});
