'use strict';
const { appendFileSync } = require('node:fs');
const Mocha = require('mocha');

/**
 * Mocha's `spec`, which also leaves its totals as one line of JSON in the file named by `CANDELA_TOTALS_FILE`.
 * Mocha loads reporters with `require`, hence the format of this file.
 */
module.exports = class SummaryReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const file = process.env.CANDELA_TOTALS_FILE;
      if (file) appendFileSync(file, `${JSON.stringify({ passes, failures, pending })}\n`);
    });
  }
};
