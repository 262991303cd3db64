import { type CandelaApi, createCandelaApi } from './candela-api.ts';

/**
 * Says where the daemon is now; asked before every call, because the daemon may come back on another port.
 * Never rejects: where nothing is known it names the default address.
 */
export type ResolveBaseUrl = () => Promise<string>;

/** The way to the daemon, shared by everything an editor does. */
export class DaemonConnection {
  readonly #resolveBaseUrl: ResolveBaseUrl;
  #api: CandelaApi | undefined;

  constructor(resolveBaseUrl: ResolveBaseUrl) {
    this.#resolveBaseUrl = resolveBaseUrl;
  }

  /** Where the daemon was when last asked; undefined before. */
  get lastBaseUrl(): string | undefined {
    return this.#api?.baseUrl;
  }

  async api(): Promise<CandelaApi> {
    const baseUrl = await this.#resolveBaseUrl();
    if (this.#api?.baseUrl !== baseUrl) this.#api = createCandelaApi(baseUrl);
    return this.#api;
  }
}
