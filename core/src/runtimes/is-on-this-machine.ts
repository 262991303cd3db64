const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether an address leads to this machine by a name that only this machine has. */
export function isOnThisMachine(address: string): boolean {
  return LOOPBACK_HOSTS.has(new URL(address).hostname);
}
