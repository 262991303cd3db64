import fc from 'fast-check';

/**
 * Loaded before every property test: the same histories in every run of `npm test`, so that a red run is about the
 * change at hand. `CANDELA_SEED=random npm test` explores; a failure names its seed, and `CANDELA_SEED=<it>` repeats it.
 */
const chosen = process.env['CANDELA_SEED'] ?? '20261121';
if (chosen !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(chosen) });
