#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { bridgeMain } from '@candela/core/bridge';

process.exitCode = await bridgeMain(
  process.argv.slice(2),
  {
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    // The build puts the daemon beside this file.
    daemonScriptPath: fileURLToPath(new URL('candela.mjs', import.meta.url)),
  },
  { name: 'candela-zed-bridge', client: 'zed' },
);
