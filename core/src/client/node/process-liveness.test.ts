import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '../testing/eventually.ts';
import { isProcessAlive } from './process-liveness.ts';

describe('isProcessAlive', () => {
  // Containers often run without a first process that collects ended ones: there a daemon that was killed stayed
  // "alive" for ever, and `candela stop` waited for its end in vain.
  it('takes a process that has ended for gone, although nobody has collected it', async () => {
    const negligent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(negligent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await eventually('the end of the process', () => Promise.resolve(!isProcessAlive(pid)));
    assert.doesNotThrow(() => process.kill(pid, 0));
    const gone = once(negligent, 'exit');
    negligent.kill();
    await gone;
  });

  it('takes its own process for alive', () => {
    assert.equal(isProcessAlive(process.pid), true);
  });
});
