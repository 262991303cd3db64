import { join } from 'node:path';

/** What Candela's extension is called and where its build leaves it. */
export const EXTENSION_FOLDER = join(import.meta.dirname, '../../vscode-extension');
/** `<publisher>.<name>` of its manifest; the status bar's DOM ids begin with it. */
export const EXTENSION_ID = 'candela-dev.candela';
/** The bundle whose `run()` is the Mocha suite for the extension host. */
export const HOST_TESTS_PATH = join(EXTENSION_FOLDER, 'dist-test/index.js');
/** The daemon it brings along. */
export const BUNDLED_DAEMON_PATH = join(EXTENSION_FOLDER, 'dist/candela.mjs');
export const VSIX_PATH = join(EXTENSION_FOLDER, 'dist/candela.vsix');

/** Of the extension: the tests start and stop the daemon themselves. */
export const NO_AUTO_START: Readonly<Record<string, unknown>> = { 'candela.daemon.autoStart': false };
