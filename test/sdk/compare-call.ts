import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type Exchange, type RawRequest, exchange } from './exchange.ts';

/** Base addresses of the two ways to a provider, as an SDK takes them: `…/v1` for OpenAI, no `/v1` for Anthropic. */
export interface TwoWays {
  direct: string;
  viaCandela: string;
}

export interface CompareOptions {
  /**
   * The gateway had to write the body anew (it asked for the usage of a stream and takes it out again), so it may
   * decline compression and may not keep the length.
   */
  rewritten?: boolean;
}

export interface Comparison {
  direct: Exchange;
  viaCandela: Exchange;
  /** One sentence each; none when a client cannot tell the two ways apart. */
  differences: string[];
}

/**
 * What the gateway may add or change: its own headers (contract, section 1), the clock, and what belongs to one
 * connection only (RFC 9110, section 7.6.1).
 */
const OWN_HEADERS = /^(x-request-id|x-candela-.*|date|connection|keep-alive|transfer-encoding)$/;
const REWRITTEN_HEADERS = /^(content-length|content-encoding|vary)$/;

/** Sends the same bytes both ways, one after the other; `request.path` goes behind the base addresses. */
export async function compareCall(
  ways: TwoWays,
  request: RawRequest,
  options: CompareOptions = {},
): Promise<Comparison> {
  const direct = await exchangeAt(ways.direct, request);
  const viaCandela = await exchangeAt(ways.viaCandela, request);
  return { direct, viaCandela, differences: differencesOf(direct, viaCandela, options) };
}

function exchangeAt(base: string, request: RawRequest): Promise<Exchange> {
  const { origin, pathname } = new URL(base);
  return exchange(origin, { ...request, path: `${pathname.replace(/\/$/, '')}${request.path}` });
}

function differencesOf(direct: Exchange, via: Exchange, options: CompareOptions): string[] {
  const differences: string[] = [];
  const compare = (what: string, one: unknown, other: unknown): void => {
    if (one !== other) differences.push(`${what}: ${String(one)} directly, ${String(other)} via Candela`);
  };
  compare('status', direct.status, via.status);
  compare('status text', direct.statusText, via.statusText);
  compare('ending', direct.ending, via.ending);
  const directHeaders = comparableHeaders(direct, options);
  const viaHeaders = comparableHeaders(via, options);
  for (const name of new Set([...directHeaders.keys(), ...viaHeaders.keys()])) {
    compare(`header ${name}`, directHeaders.get(name), viaHeaders.get(name));
  }
  const [directBody, viaBody] = options.rewritten ? [decoded(direct), decoded(via)] : [direct.body, via.body];
  const offset = firstDifference(directBody, viaBody);
  if (offset !== undefined) {
    differences.push(
      `body at byte ${offset}: ${excerpt(directBody, offset)} directly (${directBody.length} bytes), ` +
        `${excerpt(viaBody, offset)} via Candela (${viaBody.length} bytes)`,
    );
  }
  return differences;
}

/** Field values by lower-case name, repeated fields in their order. */
function comparableHeaders(
  { headers }: Exchange,
  { rewritten = false }: CompareOptions,
): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [rawName, value] of headers) {
    const name = rawName.toLowerCase();
    if (OWN_HEADERS.test(name) || (rewritten && REWRITTEN_HEADERS.test(name))) continue;
    const earlier = fields.get(name);
    fields.set(name, earlier === undefined ? value : `${earlier} | ${value}`);
  }
  return fields;
}

/** What a client makes of the bytes by their `Content-Encoding`. */
function decoded({ headers, body }: Exchange): Buffer {
  const coding = headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1];
  if (coding === 'gzip') return gunzipSync(body);
  return coding === 'br' ? brotliDecompressSync(body) : body;
}

function firstDifference(one: Buffer, other: Buffer): number | undefined {
  if (one.equals(other)) return undefined;
  const shorter = Math.min(one.length, other.length);
  for (let offset = 0; offset < shorter; offset++) {
    if (one[offset] !== other[offset]) return offset;
  }
  return shorter;
}

function excerpt(body: Buffer, offset: number): string {
  return JSON.stringify(body.subarray(Math.max(0, offset - 20), offset + 40).toString('utf8'));
}
