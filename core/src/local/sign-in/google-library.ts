/**
 * Google's library, to be loaded by `import()` when somebody signs in. The command line is bundled in pieces, and a
 * piece that is a CommonJS package itself has no named exports.
 */
export { CodeChallengeMethod, GoogleAuth, JWT, OAuth2Client, UserRefreshClient } from 'google-auth-library';
