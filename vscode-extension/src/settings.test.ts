import assert from 'node:assert/strict';
import { readSettings } from './settings.ts';

describe('readSettings', () => {
  const read = (values: Readonly<Record<string, unknown>>) => readSettings({ get: (key) => values[key] });

  it('takes what is set', () => {
    const settings = read({
      'daemon.url': ' http://127.0.0.1:9 ',
      'daemon.autoStart': false,
      'daemon.nodePath': '/opt/node',
      pollIntervalSeconds: 1,
      warnAtPercent: 50,
      overAtPercent: 90,
      'statusBar.format': 'tokens',
      'statusBar.visible': false,
      'notifications.enabled': false,
      'notifications.thresholds': [50],
      'labels.enabled': false,
      'chat.enabled': false,
      'chat.models': ['gpt-*'],
      'mcp.enabled': false,
    });
    assert.deepEqual(settings, {
      daemon: { url: 'http://127.0.0.1:9', autoStart: false, nodePath: '/opt/node' },
      pollIntervalMs: 1_000,
      status: { warnFraction: 0.5, overFraction: 0.9, format: 'tokens', notifyAtPercents: [50] },
      isStatusBarVisible: false,
      areNotificationsEnabled: false,
      areLabelsEnabled: false,
      chat: { isEnabled: false, models: ['gpt-*'] },
      isMcpEnabled: false,
    });
  });

  it('takes nonsense for not set', () => {
    const nonsense = {
      pollIntervalSeconds: 0,
      warnAtPercent: '80',
      overAtPercent: -1,
      'statusBar.format': 'x',
      'notifications.thresholds': [80, '90'],
      'chat.models': 'gpt-4o',
    };
    for (const url of ['127.0.0.1:8181', 'file:///etc/passwd', 'http://', 7]) {
      assert.deepEqual(read({ ...nonsense, 'daemon.url': url }), read({}));
    }
  });
});
