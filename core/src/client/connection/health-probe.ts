/**
 * Whether a Candela answers `GET /healthz` with `200 {"status":"ok"}` (contract section 1). Anything else, a
 * refused connection or another program's answer included, is `false`.
 */
export async function isHealthy(baseUrl: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/healthz`, { signal, redirect: 'error' });
    const body: unknown = await response.json();
    return (
      response.ok && typeof body === 'object' && body !== null && 'status' in body && body.status === 'ok'
    );
  } catch {
    // No answer and an answer that is not JSON mean the same to the caller: not there.
    return false;
  }
}

/** Whether the address is this machine's own loopback, where asking often costs nothing. */
export function isLoopbackUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
