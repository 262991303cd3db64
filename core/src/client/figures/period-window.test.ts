import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { GetMyBudgetResponseSchema } from '@candela/proto/v1/user_service';
import { periodWindow } from './period-window.ts';

/** What a machine in `timeZone` makes of an answer without a budget; a zone is fixed for a whole process. */
function windowIn(timeZone: string, periodKey: string, periodResetsAt: string): unknown {
  const script = `
    import { create } from '@bufbuild/protobuf';
    import { GetMyBudgetResponseSchema } from '@candela/proto/v1/user_service';
    import { periodWindow } from './period-window.ts';
    const answer = create(GetMyBudgetResponseSchema, ${JSON.stringify({ periodKey, periodResetsAt })});
    console.log(JSON.stringify(periodWindow(answer)));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    env: { ...process.env, TZ: timeZone },
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

describe('periodWindow', () => {
  it('takes both ends from the budget', () => {
    const budget = { periodStart: timestampFromMs(1_000), periodEnd: timestampFromMs(2_000) };
    const answer = create(GetMyBudgetResponseSchema, { budget });
    assert.deepEqual(periodWindow(answer), { startUnixMs: 1_000, endUnixMs: 2_000 });
  });

  it('knows nothing where the answer says nothing', () => {
    assert.equal(periodWindow(create(GetMyBudgetResponseSchema, { periodKey: '2026-11-21' })), undefined);
  });

  it('starts a day of 23 and of 25 hours at the machine’s midnight', () => {
    const spring = windowIn('Europe/Berlin', '2027-03-28', '2027-03-28T22:00:00Z');
    assert.deepEqual(spring, {
      startUnixMs: Date.UTC(2027, 2, 27, 23),
      endUnixMs: Date.UTC(2027, 2, 28, 22),
    });
    const autumn = windowIn('Europe/Berlin', '2026-10-25', '2026-10-26T00:00:00+01:00');
    assert.deepEqual(autumn, {
      startUnixMs: Date.UTC(2026, 9, 24, 22),
      endUnixMs: Date.UTC(2026, 9, 25, 23),
    });
  });

  it('takes 24 hours where the budget’s zone is another one', () => {
    const utcDay = windowIn('Asia/Tokyo', '2026-11-21', '2026-11-22T00:00:00Z');
    assert.deepEqual(utcDay, { startUnixMs: Date.UTC(2026, 10, 21), endUnixMs: Date.UTC(2026, 10, 22) });
  });
});
