import manifest from '../package.json' with { type: 'json' };

/** The version of this Candela, `major.minor.patch`. */
export const VERSION: string = manifest.version;
