import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../harness/wait-until.ts';
import { startChild, type Child } from './child.ts';
import { HEADERS, PATH, SCENARIOS } from './scenarios.ts';

export type VariantName = 'no proxy' | 'bare proxy' | 'candela';

/** A way from the load generator to the provider. */
export interface Variant {
  readonly name: VariantName;
  /** Base address for OpenAI calls, without `/v1`. */
  readonly url: string;
  /** CPU time of the process in between so far, in microseconds; `undefined` where there is none. */
  cpuUs(): Promise<number | undefined>;
  /** Resident memory of the process in between, in bytes; `undefined` where there is none. */
  rssBytes(): Promise<number | undefined>;
  stop(): Promise<void>;
}

const REPORT_USAGE = new URL('report-usage.ts', import.meta.url).href;
const BARE_PROXY = fileURLToPath(new URL('bare-proxy.ts', import.meta.url));

/** The provider itself. */
export function noProxy(providerUrl: string): Variant {
  return {
    name: 'no proxy',
    url: providerUrl,
    cpuUs: () => Promise.resolve(undefined),
    rssBytes: () => Promise.resolve(undefined),
    stop: () => Promise.resolve(),
  };
}

export async function bareProxy(providerUrl: string): Promise<Variant> {
  const child = startChild(BARE_PROXY, { args: [providerUrl], execArgv: ['--import', REPORT_USAGE] });
  return variant('bare proxy', child, (await child.ask('address')) as string);
}

/**
 * The daemon by its own `run` command, with a budget (so that every gate is on), content captured, and a log of
 * level `info` that goes to a file. Everything it keeps is below `home`.
 *
 * @throws Error unless a call through it is priced and counts against the budget.
 */
export async function candela(providerUrl: string, script: string, home: string): Promise<Variant> {
  mkdirSync(home, { recursive: true });
  const config = join(home, 'config.yaml');
  // YAML 1.2 reads JSON.
  writeFileSync(
    config,
    JSON.stringify({
      providers: [{ name: 'openai', upstream: providerUrl }],
      budget: { daily_usd: 1_000_000 },
    }),
  );
  const child = startChild(script, {
    args: ['run'],
    execArgv: ['--import', REPORT_USAGE],
    env: {
      ...process.env,
      CANDELA_HOME: home,
      CANDELA_CONFIG: config,
      CANDELA_PORT: '0',
      CANDELA_LM_STUDIO_PORT: '0',
      CANDELA_LOG_LEVEL: 'info',
      METADATA_SERVER_DETECTION: 'none',
    },
    stdoutFd: openSync(join(home, 'candela.log'), 'w'),
    stderrFd: openSync(join(home, 'candela.err'), 'w'),
  });
  const address = waitUntil({
    what: 'the daemon to come up',
    probe: () => (JSON.parse(readFileSync(join(home, 'daemon.json'), 'utf8')) as { url: string }).url,
  });
  const found = await Promise.race([address, child.ended]);
  if (found instanceof Error) {
    throw new Error(`the daemon did not start: ${readFileSync(join(home, 'candela.err'), 'utf8').trim()}`, {
      cause: found,
    });
  }
  const url = `${found}/proxy/openai`;
  await requirePricedCall(url);
  return variant('candela', child, url);
}

function variant(name: VariantName, child: Child, url: string): Variant {
  return {
    name,
    url,
    cpuUs: async () => (await child.ask('cpu')) as number,
    rssBytes: async () => (await child.ask('rss')) as number,
    stop: () => child.stop(),
  };
}

/** A benchmark of a gateway with its gates off would be a fine figure and a false one. */
async function requirePricedCall(url: string): Promise<void> {
  const body = SCENARIOS[0]?.body ?? '';
  const response = await fetch(url + PATH, { method: 'POST', headers: HEADERS, body });
  const said = await response.text();
  if (!response.ok || !response.headers.has('x-candela-budget-remaining-usd')) {
    throw new Error(
      `the daemon does not charge the benchmark's calls to a budget: ${response.status} ${said}`,
    );
  }
}
