/**
 * AWS's search for credentials, to be loaded by `import()` when a call is signed. The command line is bundled in
 * pieces, and a piece that is a CommonJS package itself has no named exports.
 */
export { defaultProvider } from '@aws-sdk/credential-provider-node';
