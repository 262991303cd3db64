import { notRun } from '../harness/not-run.ts';
import { findChromium } from '../harness/chromium.ts';
import { obtainCodeServer } from './code-server.ts';
import { describeExtensionHost } from './extension-host.suite.ts';
import { describeSideView } from './side-view.suite.ts';
import { describeStatusBar } from './status-bar.suite.ts';
import { describeTwoWindows } from './two-windows.suite.ts';

const chromium = findChromium();
const codeServer = chromium === undefined ? undefined : await obtainCodeServer();

if (chromium === undefined || codeServer === undefined) {
  notRun('vscode', 'no Chromium is installed (Debian: apt install chromium; elsewhere set CANDELA_CHROMIUM)');
} else if (!codeServer.available) {
  notRun('vscode', codeServer.reason);
} else {
  describe('the extension in a real VS Code', () => {
    describeExtensionHost({ codeServer, chromium });
    describeStatusBar({ codeServer, chromium });
    describeSideView({ codeServer, chromium });
    describeTwoWindows({ codeServer, chromium });
  });
}
