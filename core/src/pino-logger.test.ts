import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from './pino-logger.ts';

describe('logger', () => {
  let folder: string;
  let fd: number;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-log-'));
    fd = openSync(join(folder, 'log'), 'a');
  });
  afterEach(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });

  const lines = (): readonly Record<string, unknown>[] =>
    readFileSync(join(folder, 'log'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('writes level, time, fields and text, each line once and in order', () => {
    const before = Date.now();
    const logger = createLogger('info', fd);
    logger.info({ model: 'a "b" \n', tokens: 3, none: undefined, deep: { list: [1] } }, 'llm call');
    logger.info({}, 'nothing else');
    logger.debug({}, 'not shown');
    logger.child({ part: 'child' }).info({ n: 1 }, 'of a child');
    logger.info({ err: new TypeError('no') }, 'with an error');
    // A warning takes along what waits.
    logger.warn({ n: 2 }, 'last');
    const written = lines();
    assert.deepEqual(
      written.map(({ time: _time, err: _err, ...rest }) => rest),
      [
        { level: 'info', model: 'a "b" \n', tokens: 3, deep: { list: [1] }, msg: 'llm call' },
        { level: 'info', msg: 'nothing else' },
        { level: 'info', part: 'child', n: 1, msg: 'of a child' },
        { level: 'info', msg: 'with an error' },
        { level: 'warn', n: 2, msg: 'last' },
      ],
    );
    assert.deepEqual(
      written.map(({ err }) => (err as { readonly type?: string } | undefined)?.type),
      [undefined, undefined, undefined, 'TypeError', undefined],
    );
    for (const { time } of written) {
      assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      const unixMs = Date.parse(String(time));
      assert.ok(unixMs >= before && unixMs <= Date.now(), String(time));
    }
  });

  it('writes fields that JSON has no form for as pino does', () => {
    const logger = createLogger('info', fd);
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    logger.info(circle, 'round');
    logger.warn({}, 'still there');
    assert.deepEqual(
      lines().map(({ msg }) => msg),
      ['round', 'still there'],
    );
  });
});
