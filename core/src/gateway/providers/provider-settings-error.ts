/** A provider that cannot be set up as the configuration has it; the message says what is missing. */
export class ProviderSettingsError extends Error {
  constructor(provider: string, reason: string) {
    super(`${provider}: ${reason}`);
    this.name = 'ProviderSettingsError';
  }
}

/** @throws ProviderSettingsError if the setting is not there. */
export function requiredSetting<Setting>(
  provider: string,
  key: string,
  setting: Setting | undefined,
): Setting {
  if (setting !== undefined) return setting;
  throw new ProviderSettingsError(provider, `needs ${key} in the configuration`);
}
