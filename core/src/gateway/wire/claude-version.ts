/** Where ids keep the version: `claude-sonnet-4-5-20250929`, `claude-3-7-sonnet@20250219`, `claude-2.1`. */
const VERSION = /claude-(?:[a-z]+-)?(\d+)(?:[-.](\d{1,2}))?(?!\d)/;

/** The version of a Claude model as a number to compare: 405 for 4.5. `undefined` for an id that tells none. */
export function claudeVersion(model: string): number | undefined {
  const [, major, minor] = VERSION.exec(model) ?? [];
  return major === undefined ? undefined : Number(major) * 100 + Number(minor ?? 0);
}
