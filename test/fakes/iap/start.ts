import { fileURLToPath } from 'node:url';
import { startOwnProcess } from '../own-process.ts';

export interface IapOptions {
  /** The Candela server behind it. */
  readonly server: string;
  /** What the fake Google signs ID tokens with. */
  readonly secret: string;
  /** Where the caller's ID token is looked for: IAP's own, or what a platform without IAP looks at. */
  readonly header: 'proxy-authorization' | 'authorization';
  /** Whom tokens must be for. */
  readonly audience: string;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** What the token says; absent if it is none that the fake Google has signed, or is over. */
  readonly who?: { readonly aud: string; readonly email: string } | undefined;
  readonly token: string;
  readonly authorization?: string | undefined;
  readonly candelaAuth?: string | undefined;
  readonly userId?: string | undefined;
  /** Of the headers, in lower case. */
  readonly names: readonly string[];
}

export interface FakeIap {
  readonly url: string;
  seen(): Promise<readonly SeenRequest[]>;
  /** How many connections it was called over. */
  connections(): Promise<number>;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

export async function startFakeIap(options: IapOptions): Promise<FakeIap> {
  const { url, control, stop } = await startOwnProcess(MAIN, [JSON.stringify(options)]);
  const look = async () =>
    (await control('GET', 'seen')) as { requests: readonly SeenRequest[]; connections: number };
  return {
    ...{ url, stop },
    seen: async () => (await look()).requests,
    connections: async () => (await look()).connections,
  };
}
