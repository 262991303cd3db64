/** What an editor's own process needs beside `@candela/core/client`: files and processes of this machine. */
export { candelaHome } from './candela-home.ts';
export { daemonLocator, DEFAULT_DAEMON_URL } from './daemon-locator.ts';
export { FileOutboxStore } from './file-outbox-store.ts';
export { FileToldThresholds } from './file-told-thresholds.ts';
export { BRANCH_LABEL, REPOSITORY_LABEL, vcsLabels } from './vcs-labels.ts';
export { sharedOutboxStore } from './shared-outbox-store.ts';
export { startDaemon, type StartDaemonOptions } from './start-daemon.ts';
