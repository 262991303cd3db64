import { rmSync } from 'node:fs';
import { notRun } from '../harness/not-run.ts';
import { describeBehaviour } from './behaviour.suite.ts';
import { describePackage } from './package.suite.ts';
import { buildPlugin } from './plugin-build.ts';

const plugin = buildPlugin();

if ('missing' in plugin) {
  notRun('java', plugin.missing);
} else {
  describe('the plugin for JetBrains IDEs', () => {
    after(() => rmSync(plugin.folder, { recursive: true, force: true }));
    describePackage(plugin);
    describeBehaviour(plugin);
  });
}
