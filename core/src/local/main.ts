#!/usr/bin/env node
import { runCli } from './cli/run-cli.ts';
import { COMMANDS } from './commands/index.ts';

const OLDEST_NODE = 22;

const { env, stdin, stdout, stderr } = process;
const [, scriptPath = '', ...args] = process.argv;
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  stderr.write(
    `candela: this is Node ${process.versions.node}, and it needs ${OLDEST_NODE} or newer: in its repository, \`npx candela\` has one\n`,
  );
  process.exitCode = 1;
} else {
  process.exitCode = await runCli(
    args,
    { env, cwd: process.cwd(), scriptPath, stdin, stdout, stderr },
    COMMANDS,
  );
}
