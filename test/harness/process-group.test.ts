import assert from 'node:assert/strict';
import { startProcessGroup } from './process-group.ts';
import { waitUntil } from './wait-until.ts';

const node = (script: string) =>
  startProcessGroup({ command: process.execPath, args: ['-e', script], env: process.env });

describe('startProcessGroup', () => {
  it('keeps the output and tells the exit code', async () => {
    const group = node('console.log("out"); console.error("err"); process.exitCode = 3');
    assert.equal(await group.exited, 3);
    assert.deepEqual(group.output().split('\n').toSorted(), ['', 'err', 'out']);
  });

  it('ends a grandchild, and what ignores SIGTERM', async () => {
    const group = node(`
      const { spawn } = require('node:child_process');
      const stubborn = 'process.on("SIGTERM", () => {}); console.log("pid", process.pid); setInterval(() => {}, 1e6)';
      spawn(process.execPath, ['-e', stubborn], { stdio: 'inherit' });
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1e6);`);
    const grandchild = await waitUntil({
      what: 'the grandchild',
      probe: () => /pid (\d+)/.exec(group.output())?.[1],
    });
    await group.stop(100);
    assert.equal(await group.exited, null);
    await waitUntil({
      what: `process ${grandchild} to be gone`,
      probe: () => isGone(Number(grandchild)) || undefined,
    });
  });

  it('ends the group when this process is told to end', async () => {
    const owner = node(`
      import(${JSON.stringify(import.meta.resolve('./process-group.ts'))}).then(({ startProcessGroup }) => {
        const args = ['-e', 'setInterval(() => {}, 1e6)'];
        const group = startProcessGroup({ command: process.execPath, args, env: process.env });
        console.log('group', group.pid);
      });`);
    const member = await waitUntil({
      what: 'the group',
      probe: () => /group (\d+)/.exec(owner.output())?.[1],
    });
    process.kill(owner.pid, 'SIGTERM');
    assert.equal(await owner.exited, 143);
    await waitUntil({
      what: `process ${member} to be gone`,
      probe: () => isGone(Number(member)) || undefined,
    });
  });

  it('rejects when there is no such program, and can be stopped nevertheless', async () => {
    const group = startProcessGroup({ command: '/no/such/program', args: [], env: {} });
    await assert.rejects(group.exited, { code: 'ENOENT' });
    await group.stop();
  });
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
