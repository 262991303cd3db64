import assert from 'node:assert/strict';
import { Code, ConnectError } from '@connectrpc/connect';
import { BudgetPoller, type PollerState } from './budget-poller.ts';
import { DaemonConnection } from '../connection/daemon-connection.ts';
import { eventually } from '../testing/eventually.ts';
import { InMemoryDaemon } from '../testing/in-memory-daemon.ts';
import { ManualScheduler } from '../testing/manual-scheduler.ts';

describe('BudgetPoller', () => {
  let daemon: InMemoryDaemon;
  let scheduler: ManualScheduler;
  let poller: BudgetPoller;
  let states: PollerState[];

  const spend = (spentUsd: number) => {
    daemon.budget = { budget: { limitUsd: 10, spentUsd }, periodResetsAt: '2026-11-22T00:00:00Z' };
  };
  const spentUsd = () => poller.state.lastKnown?.figures.spentUsd;
  const reached = (count: number) => eventually(`${count} attempts`, () => states.length >= count);

  beforeEach(async () => {
    daemon = new InMemoryDaemon();
    await daemon.start();
    spend(1);
    scheduler = new ManualScheduler();
    states = [];
    const connection = new DaemonConnection(() => Promise.resolve(daemon.url));
    poller = new BudgetPoller({ connection, scheduler, random: () => 0.999 });
    poller.onState((state) => states.push(state));
  });
  afterEach(async () => {
    await poller.stop();
    await daemon.stop();
  });

  it('polls at its interval, with one timer and nothing in between', async () => {
    await poller.refresh();
    assert.equal(spentUsd(), 1);
    assert.deepEqual(scheduler.pendingDelaysMs, [5_000]);
    spend(2);
    scheduler.advance(4_999);
    assert.equal(daemon.countOf('getMyBudget'), 1);
    scheduler.advance(1);
    await reached(2);
    assert.equal(spentUsd(), 2);
  });

  it('has one request in flight, and lets a refresh see what happened before it', async () => {
    let open: (() => void) | undefined;
    daemon.gate = new Promise((resolve) => (open = resolve));
    const first = poller.refresh();
    await eventually('the first request', () => daemon.countOf('getMyBudget') === 1);
    const [second, third] = [poller.refresh(), poller.refresh()];
    spend(3);
    open?.();
    await Promise.all([first, second, third]);
    assert.equal(daemon.countOf('getMyBudget'), 2);
    assert.equal(spentUsd(), 3);
  });

  it('backs off while nothing answers, up to a minute, and remembers since when', async () => {
    await poller.refresh();
    await daemon.stop();
    const delays: number[] = [];
    for (let failure = 1; failure <= 6; failure += 1) {
      await poller.refresh();
      delays.push(Math.max(...scheduler.pendingDelaysMs));
      scheduler.advance(10);
    }
    assert.deepEqual(
      delays.map((ms) => Math.round(ms / 1000)),
      [5, 10, 20, 40, 60, 60],
    );
    const last = states.at(-1);
    assert.equal(last?.lastKnown?.figures.spentUsd, 1);
    assert.deepEqual(last?.connection, {
      state: 'offline',
      reason: `nothing answers at ${daemon.url.slice(7)}; start it with "candela run"`,
      sinceUnixMs: scheduler.nowUnixMs() - 60,
    });
  });

  it('is back as soon as the daemon is, not when the back-off ends', async () => {
    await poller.refresh();
    await daemon.stop();
    for (let failure = 1; failure <= 5; failure += 1) await poller.refresh();
    spend(4);
    await daemon.start();
    const before = states.length;
    scheduler.advance(1_500);
    await reached(before + 1);
    assert.equal(poller.state.connection.state, 'online');
    assert.equal(spentUsd(), 4);
    assert.deepEqual(scheduler.pendingDelaysMs, [5_000]);
  });

  it('follows a daemon that comes back at another address', async () => {
    const other = new InMemoryDaemon();
    other.budget = { budget: { limitUsd: 10, spentUsd: 7 }, periodResetsAt: '2026-11-22T00:00:00Z' };
    await poller.stop();
    let url = daemon.url;
    poller = new BudgetPoller({ connection: new DaemonConnection(() => Promise.resolve(url)), scheduler });
    await poller.refresh();
    await daemon.stop();
    await poller.refresh();
    await other.start();
    url = other.url;
    scheduler.advance(1_500);
    await eventually('the other daemon’s figure', () => spentUsd() === 7);
    await poller.stop();
    await other.stop();
  });

  it('does not hammer a daemon that is healthy but refuses', async () => {
    daemon.refuseWith = new ConnectError('sign in first', Code.Unauthenticated);
    await poller.refresh();
    // A probe is over when the next one is scheduled: its time limit and that one are as long as each other.
    const probe = async (tasks: number) => {
      const before = scheduler.scheduledCount;
      scheduler.advance(1_500);
      await eventually('a probe to end', () => scheduler.scheduledCount === before + tasks);
    };
    // The first look finds it present: one more attempt, with a limit and a back-off, which is refused too.
    await probe(4);
    await reached(2);
    const [, backoffMs = 0] = scheduler.pendingDelaysMs;
    for (let count = 2; count <= 4; count += 1) {
      await probe(2);
      assert.equal(daemon.countOf('healthz'), count);
    }
    assert.ok(backoffMs > 4_500, 'the back-off lasts longer than these probes');
    assert.equal(states.length, 2);
    const connection = poller.state.connection;
    assert.match(connection.state === 'offline' ? connection.reason : '', /asks for a sign-in/);
  });

  it('gives up a request that takes too long; its late answer changes nothing', async () => {
    let open: (() => void) | undefined;
    daemon.gate = new Promise((resolve) => (open = resolve));
    const stalled = poller.refresh();
    await eventually('the stalled request', () => daemon.countOf('getMyBudget') === 1);
    scheduler.advance(5_000);
    await stalled;
    const { connection } = poller.state;
    assert.match(connection.state === 'offline' ? connection.reason : '', /did not answer within 5 s/);
    daemon.gate = Promise.resolve();
    spend(6);
    await poller.refresh();
    spend(5);
    open?.();
    await eventually('the late answer is made', () => daemon.countOf('answered getMyBudget') === 2);
    assert.equal(spentUsd(), 6);
    assert.equal(states.length, 2);
  });

  it('says so when what answers is no Candela', async () => {
    const stranger = new BudgetPoller({
      connection: new DaemonConnection(() => Promise.resolve(`${daemon.url}/elsewhere`)),
      scheduler,
    });
    await stranger.refresh();
    const { connection } = stranger.state;
    await stranger.stop();
    assert.match(connection.state === 'offline' ? connection.reason : '', /is not Candela/);
  });

  it('stops in mid-request without a word more', async () => {
    daemon.gate = new Promise(() => {});
    const stalled = poller.refresh();
    await eventually('the stalled request', () => daemon.countOf('getMyBudget') === 1);
    await poller.stop();
    await stalled;
    assert.deepEqual(states, []);
    assert.deepEqual(scheduler.pendingDelaysMs, []);
    await poller.refresh();
    assert.equal(daemon.countOf('getMyBudget'), 1);
  });

  describe('rhythm', () => {
    it('asks once a minute while changes are pushed, and at its interval again when they are not', async () => {
      await poller.refresh();
      poller.setRhythm('push');
      assert.deepEqual(scheduler.pendingDelaysMs, [60_000]);
      poller.setRhythm('poll');
      assert.deepEqual(scheduler.pendingDelaysMs, [5_000]);
      poller.setRhythm('push');
      scheduler.advance(60_000);
      await reached(2);
      assert.deepEqual(scheduler.pendingDelaysMs, [60_000]);
    });

    it('asks no more often while changes are pushed than the user wants it to without', async () => {
      await poller.stop();
      const connection = new DaemonConnection(() => Promise.resolve(daemon.url));
      poller = new BudgetPoller({ connection, scheduler, intervalMs: 600_000 });
      await poller.refresh();
      poller.setRhythm('push');
      assert.deepEqual(scheduler.pendingDelaysMs, [600_000]);
    });

    it('asks nothing while it is paused, but when it is told to and when the next day begins', async () => {
      await poller.refresh();
      poller.setRhythm('paused');
      const untilMidnightMs = 12 * 3_600_000 + 250;
      assert.deepEqual(scheduler.pendingDelaysMs, [untilMidnightMs]);
      await poller.refresh();
      assert.deepEqual(scheduler.pendingDelaysMs, [untilMidnightMs]);
      daemon.budget = { budget: { limitUsd: 10, spentUsd: 0 }, periodResetsAt: '2026-11-23T00:00:00Z' };
      scheduler.advance(untilMidnightMs);
      await reached(3);
      assert.equal(spentUsd(), 0);
    });

    it('asks when the next day begins, if that is sooner than the next question', async () => {
      daemon.budget = { budget: { limitUsd: 10, spentUsd: 1 }, periodResetsAt: '2026-11-21T12:00:03Z' };
      poller.setRhythm('push');
      await poller.refresh();
      assert.deepEqual(scheduler.pendingDelaysMs, [3_250]);
      // The daemon's clock is behind: its day has not ended yet.
      scheduler.advance(3_250);
      await reached(2);
      assert.deepEqual(scheduler.pendingDelaysMs, [60_000]);
    });

    it('does not look for a daemon that is away while it is paused', async () => {
      await daemon.stop();
      await poller.refresh();
      poller.setRhythm('paused');
      assert.deepEqual(scheduler.pendingDelaysMs, []);
      await poller.refresh();
      assert.deepEqual(scheduler.pendingDelaysMs, []);
      await daemon.start();
      poller.setRhythm('poll');
      await poller.refresh();
      assert.equal(poller.state.connection.state, 'online');
      assert.deepEqual(scheduler.pendingDelaysMs, [5_000]);
    });
  });
});
