/** Whether the daemon answers, as the last attempt found it. */
export type ConnectionState =
  | { readonly state: 'connecting' }
  | { readonly state: 'online' }
  | {
      readonly state: 'offline';
      /** One sentence for people; may quote the server, so it is text to escape. */
      readonly reason: string;
      /** Milliseconds since 1970: the first failure of this stretch. */
      readonly sinceUnixMs: number;
    };
