/** Where the tokens come from that name Candela to a provider. */
export interface AccessTokens {
  /** A token that is good for a while yet. @throws Refusal that says what to do, if there is none to be had. */
  get(): Promise<string>;
  /** The project the use is counted to, where the credentials name one; known once a token was got. */
  quotaProject?(): string | undefined;
}
