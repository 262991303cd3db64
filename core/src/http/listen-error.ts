/** A port that cannot be listened on; the message says why and what to do. */
export class ListenError extends Error {
  constructor(at: { readonly host: string; readonly port: number }, setting: string, cause: unknown) {
    super(explain(at, setting, (cause as NodeJS.ErrnoException).code), { cause });
    this.name = 'ListenError';
  }
}

function explain(
  at: { readonly host: string; readonly port: number },
  setting: string,
  code = 'unknown',
): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${at.port} is taken, perhaps by another candela: stop it, or choose another port with ${setting}`;
    case 'EACCES':
      return `this user may not listen on port ${at.port}: choose a port above 1023 with ${setting}`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${at.host} is no address of this machine: change the host that is configured`;
    default:
      return `cannot listen on ${at.host}, port ${at.port} (${code}): choose another port with ${setting}`;
  }
}
