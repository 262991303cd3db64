/** What the page reads of `/_local/api`; `docs/local-api.md` says what it means. */

export interface RuntimeStatus {
  readonly backend: string;
  readonly state: 'stopped' | 'starting' | 'running' | 'error';
  readonly endpoint: string;
  readonly uptime_seconds: number;
  readonly started_by_candela: boolean;
  readonly error?: string;
}

export interface Model {
  readonly id: string;
  readonly size_bytes: number;
  readonly family: string;
  readonly parameters: string;
  readonly quantization: string;
  readonly loaded: boolean;
  readonly last_used?: string;
}

export interface Pull {
  readonly model: string;
  readonly backend: string;
  readonly state: 'pulling' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  readonly percent: number;
  readonly completed_bytes: number;
  readonly total_bytes: number;
  readonly detail?: string;
  readonly error?: string;
}

export interface Backend {
  readonly name: string;
  readonly title: string;
  readonly endpoint: string;
  readonly installed: boolean;
  readonly binary_path?: string;
  readonly install_hint?: string;
}

export interface CatalogModel {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly size_hint: string;
  readonly pinned: boolean;
}

export interface Catalog {
  readonly as_of: string;
  readonly source: string;
  readonly models: readonly CatalogModel[];
}

export interface Health {
  readonly status: 'ok' | 'degraded' | 'error';
  readonly version: string;
  readonly mode: string;
  readonly uptime_seconds: number;
  readonly stores?: { readonly state: { readonly status: string; readonly detail?: string } };
  readonly spans?: { readonly store: string; readonly dropped: Readonly<Record<string, number>> };
  readonly providers?: readonly { readonly name: string; readonly circuit: string }[];
  readonly remote?: { readonly host: string; readonly answers: boolean; readonly detail?: string };
}

export interface Trace {
  readonly span_id: string;
  readonly model: string;
  readonly provider: string;
  readonly total_tokens: number;
  readonly cost_usd: number;
  readonly duration_ms: number;
  readonly status: string;
  readonly timestamp: string;
}

export interface Settings {
  readonly pricing: { readonly discount_percent: number };
  readonly caching: { readonly anthropic: string; readonly cache_ttl: string };
  readonly capture_content: boolean;
}

/** What Candela answered instead of what was asked for. */
export class ApiFailure extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function get<T>(path: string): Promise<T> {
  return ask<T>(path, { method: 'GET' });
}

export function post<T>(path: string, body: object = {}): Promise<T> {
  return ask<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** A store that is gone makes health a 503 with all there is to say. */
export async function getHealth(): Promise<Health> {
  const answer = await fetch('/_local/api/health');
  return (await answer.json()) as Health;
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const answer = await fetch(`/_local/api/${path}`, init);
  const body = (await answer.json()) as T & { readonly error?: unknown };
  if (answer.ok) return body;
  const { error } = body;
  throw new ApiFailure(answer.status, typeof error === 'string' ? error : `HTTP ${answer.status}`);
}
