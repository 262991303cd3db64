/** A setup that was not done, and nothing of it was: says which file and what to do. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}
