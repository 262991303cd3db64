/**
 * What `GET /healthz` finds (contract section 1): `healthy`, a Candela that answers `200 {"status":"ok"}`; `unready`,
 * one that says that it is not ready yet, or somebody who took the connection and has said nothing until the signal
 * came; `absent`, nobody, or another program.
 */
export type Health = 'healthy' | 'unready' | 'absent';

export async function probeHealth(baseUrl: string, signal: AbortSignal): Promise<Health> {
  try {
    const response = await fetch(`${baseUrl}/healthz`, { signal, redirect: 'error' });
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null || !('status' in body)) return 'absent';
    if (response.ok && body.status === 'ok') return 'healthy';
    return body.status === 'error' ? 'unready' : 'absent';
  } catch {
    // Whoever refuses the connection, or answers what is not JSON, does so at once.
    return signal.aborted ? 'unready' : 'absent';
  }
}

/** Whether a healthy Candela answers there; no answer and another program's answer are the same to the caller. */
export async function isHealthy(baseUrl: string, signal: AbortSignal): Promise<boolean> {
  return (await probeHealth(baseUrl, signal)) === 'healthy';
}

/** Whether the address is this machine's own loopback, where asking often costs nothing. */
export function isLoopbackUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
