#!/usr/bin/env node
// npm links a program at its installation and passes over one that is not there yet; what this loads is built later.
await import('../dist/candela.js');
