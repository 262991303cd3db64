import Mocha from 'mocha';
import { describeAnnotations } from './annotations.suite.ts';
import { describeChat } from './chat.suite.ts';
import { describeCommands } from './commands.suite.ts';
import { watchConnections } from './connection-log.ts';
import { describeConnections } from './connections.suite.ts';
import { describeMcp } from './mcp.suite.ts';
import { describeRecentCalls } from './recent-calls.suite.ts';
import { describeStatus } from './status.suite.ts';

/**
 * Called by the editor inside its extension host. The results go to the file that `CANDELA_TEST_REPORT` names,
 * else to the console. @throws Error when a test failed, which is how the editor learns of it
 */
export async function run(): Promise<void> {
  const connections = watchConnections();
  const { CANDELA_TEST_REPORT: output } = process.env;
  const reporter =
    output === undefined ? { reporter: 'spec' } : { reporter: 'json', reporterOptions: { output } };
  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, ...reporter });
  // Puts `describe` and `it` where the suites look for them; Mocha does this itself only for files it loads.
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  describeStatus();
  describeAnnotations();
  describeCommands();
  describeRecentCalls();
  describeChat();
  describeMcp();
  describeConnections(connections);
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
