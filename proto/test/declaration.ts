/** One service, enum or message, each member in the notation of contract-table.txt. */
export interface Declaration {
  /** Path and package: `candela/types/user.proto package candela.types`. */
  readonly file: string;
  readonly kind: 'service' | 'enum' | 'message';
  /** Name within the package; of a nested message `Outer.Inner`. */
  readonly name: string;
  /** RPC names, enum values, or fields and reserved numbers. */
  readonly members: readonly string[];
}
