import assert from 'node:assert/strict';
import { ManualScheduler } from '../../client/testing/manual-scheduler.ts';
import type { CandelaStatus } from './candela-status.ts';
import { type ServerStatus, serverStatus } from './server-status.ts';
import { ServerStatusSender } from './server-status-sender.ts';

const STATUS: CandelaStatus = {
  text: '$3.42 / $10.00',
  tooltip: '',
  spendUsd: 3.42,
  budgetUsd: 10,
  percent: 34.2,
  state: 'ok',
  asOf: null,
};

describe('serverStatus', () => {
  it('says spend, budget and whole percent', () => {
    assert.deepEqual(serverStatus(STATUS), { health: 'ok', message: '$3.42/$10.00 34%' });
    assert.equal(serverStatus({ ...STATUS, text: '34 %' }).message, '34 %');
    assert.equal(serverStatus({ ...STATUS, text: '$3.42', percent: null }).message, '$3.42');
  });

  it('never shows a figure that is not known', () => {
    const offline = { ...STATUS, text: '--', state: 'offline', percent: null } as const;
    assert.deepEqual(serverStatus(offline), { health: 'warning', message: '-- not reachable' });
  });

  it('stays within 50 characters with the name and the word for its health', () => {
    const text = '$123456789.1234 / $123456789.1234';
    const words = { ok: '', warn: 'Warning: ', over: 'Error: ' };
    for (const state of ['ok', 'warn', 'over'] as const) {
      const { message } = serverStatus({ ...STATUS, text, state });
      assert.ok(`(candela) ${words[state]}${message}`.length <= 50, message);
    }
  });
});

describe('ServerStatusSender', () => {
  const sent: ServerStatus[] = [];
  let scheduler: ManualScheduler;
  let sender: ServerStatusSender;
  const offer = (message: string, health: ServerStatus['health'] = 'ok') => sender.offer({ health, message });
  const messages = () => sent.map(({ message }) => message);
  beforeEach(() => {
    sent.length = 0;
    scheduler = new ManualScheduler();
    sender = new ServerStatusSender((status) => sent.push(status), scheduler);
  });

  it('sends the first at once, and the newest of those after it 15 s later', () => {
    for (const message of ['1', '2', '3']) offer(message);
    assert.deepEqual(messages(), ['1']);
    scheduler.advance(14_999);
    assert.deepEqual(messages(), ['1']);
    scheduler.advance(1);
    assert.deepEqual(messages(), ['1', '3']);
  });

  it('sends a change of health at once', () => {
    offer('1');
    offer('2');
    offer('3', 'warning');
    assert.deepEqual(messages(), ['1', '3']);
    scheduler.advance(60_000);
    assert.deepEqual(messages(), ['1', '3']);
  });

  it('sends nothing twice, and nothing that was taken back before its turn', () => {
    offer('1');
    offer('1');
    offer('2');
    offer('1');
    scheduler.advance(60_000);
    assert.deepEqual(messages(), ['1']);
  });

  it('sends nothing once stopped', () => {
    offer('1');
    offer('2');
    sender.stop();
    sender.stop();
    scheduler.advance(60_000);
    assert.deepEqual(messages(), ['1']);
  });
});
