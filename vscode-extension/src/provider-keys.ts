import type { SecretStorage } from 'vscode';

/**
 * Keys of providers for the editor's own chat, in the editor's secret storage: the system's keychain on a desktop.
 * They leave it only in the `Authorization` header of a chat, to the user's own daemon on this machine, which keeps none.
 */
export class ProviderKeys {
  readonly #secrets: SecretStorage;

  constructor(secrets: SecretStorage) {
    this.#secrets = secrets;
  }

  /** Undefined if there is none. */
  async get(provider: string): Promise<string | undefined> {
    return this.#secrets.get(secretName(provider));
  }

  /** An empty key forgets the one there was. */
  async set(provider: string, key: string): Promise<void> {
    if (key === '') await this.#secrets.delete(secretName(provider));
    else await this.#secrets.store(secretName(provider), key);
  }
}

function secretName(provider: string): string {
  return `providerKey.${provider}`;
}
