import assert from 'node:assert/strict';
import { startDaemonControl } from './daemon-control.ts';

describe('startDaemonControl', () => {
  it('stops and starts over HTTP, in turn, and does nothing twice', async () => {
    const events: string[] = [];
    const control = await startDaemonControl(async () => {
      events.push('start');
      return { stop: async () => void events.push('stop') };
    });
    const post = async (path: string) => (await fetch(control.url + path, { method: 'POST' })).status;
    try {
      assert.deepEqual(await Promise.all([post('/stop'), post('/stop')]), [204, 204]);
      assert.deepEqual([await post('/start'), await post('/start')], [204, 204]);
      assert.equal(await post('/other'), 404);
    } finally {
      await control.close();
    }
    assert.deepEqual(events, ['start', 'stop', 'start', 'stop']);
  });

  it('answers 500 with the reason when the daemon does not start again', async () => {
    let starts = 0;
    const control = await startDaemonControl(async () => {
      starts += 1;
      if (starts > 1) throw new Error('port taken');
      return { stop: async () => undefined };
    });
    try {
      await control.stop();
      const answer = await fetch(`${control.url}/start`, { method: 'POST' });
      assert.deepEqual([answer.status, await answer.text()], [500, 'Error: port taken']);
    } finally {
      await control.close();
    }
  });
});
