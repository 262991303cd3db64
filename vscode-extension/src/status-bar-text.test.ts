import assert from 'node:assert/strict';
import { statusBarText } from './status-bar-text.ts';

describe('the text in the status bar', () => {
  const url = 'http://127.0.0.1:8181';

  it('has a sign for each severity', () => {
    const said = (['ok', 'warn', 'over', 'offline'] as const).map((severity) =>
      statusBarText({ alignedText: '$1.00', severity }),
    );
    assert.deepEqual(said, [
      '$(flame) $1.00',
      '$(warning) $1.00',
      '$(error) $1.00',
      '$(debug-disconnect) $1.00',
    ]);
    assert.equal(statusBarText({ alignedText: '', severity: 'ok' }), '$(flame)');
  });

  it('says of a figure that is not kept up to date that it is not', () => {
    const paused = { source: { url, via: 'paused' } } as const;
    assert.equal(
      statusBarText({ ...paused, alignedText: '$1.00', severity: 'warn' }),
      '$(warning) $1.00 $(debug-pause)',
    );
    assert.equal(statusBarText({ ...paused, alignedText: '', severity: 'ok' }), '$(flame) $(debug-pause)');
    assert.equal(
      statusBarText({ ...paused, alignedText: '--', severity: 'offline' }),
      '$(debug-disconnect) --',
    );
  });
});
