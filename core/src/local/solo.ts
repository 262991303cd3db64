import { userInfo } from 'node:os';
import { configuredCaching } from '../config/caching.ts';
import type { Env } from '../config/environment.ts';
import { openEngine, type Engine } from '../engine.ts';
import { Refusal } from '../gateway/errors.ts';
import type { Caller } from '../gateway/gates/identity.ts';
import type { Provider } from '../gateway/providers/provider.ts';
import { sendPage } from '../http/page.ts';
import type { Logger } from '../logger.ts';
import { nanoUsdFromUsd } from '../money/index.ts';
import { createChangingPriceBook } from '../pricing/index.ts';
import { runtimeEndpoints } from '../runtimes/endpoints.ts';
import type { Runtimes } from '../runtimes/runtimes.ts';
import { createSqliteSpanStore } from '../storage/sqlite/span-store.ts';
import { DEMO_PRICE, startDemoProvider } from './demo/demo-provider.ts';
import type { LocalConfig } from './local-config.ts';
import { letLocalFollow } from './local-provider.ts';

export interface SoloEngineOptions {
  readonly logger: Logger;
  readonly onSettled: () => void;
  readonly runtimes: Runtimes;
}

export interface SoloOptions extends SoloEngineOptions {
  readonly config: LocalConfig;
  readonly env: Env;
  /** Adds the provider `demo`. */
  readonly demo: boolean;
}

/** Solo mode: this machine's one user, with stores of their own. @param providers to which `demo` is added */
export async function openSolo(
  options: SoloOptions,
  providers: Map<string, Provider>,
): Promise<{ readonly handle: Engine['handle']; close(): Promise<void> }> {
  const { config, runtimes } = options;
  const demo = options.demo ? await startDemoProvider() : undefined;
  if (demo) providers.set(demo.provider.name, demo.provider);
  letLocalFollow(runtimes, providers, options);
  try {
    const engine = await openSoloEngine(config, providers, options);
    return {
      handle: engine.handle,
      async close() {
        demo?.close();
        await engine.close();
      },
    };
  } catch (cause) {
    demo?.close();
    throw cause;
  }
}

/** The engine with the configuration's prices and budget, and its one user in place. @throws StorageOpenError */
export async function openSoloEngine(
  config: LocalConfig,
  providers: ReadonlyMap<string, Provider>,
  { logger, onSettled, runtimes }: SoloEngineOptions,
): Promise<Engine> {
  const user: Caller = { userId: 'local', email: `${accountName()}@localhost`, role: 'admin' };
  const engine = await openEngine({
    statePath: config.statePath,
    spanStore: createSqliteSpanStore({ path: config.tracesPath }),
    providers,
    prices: createChangingPriceBook({
      models: config.pricing.models,
      discountPercent: config.pricing.discount_percent,
      extraModels: providers.has(DEMO_PRICE.provider) ? [DEMO_PRICE] : [],
    }),
    identify: () => user,
    callers: 'owner',
    capturesContent: config.capturesContent,
    caching: configuredCaching(config.vertexAi),
    budgetTimeZone: config.budget.timeZone,
    withoutBudget: 'watch',
    ...{ logger, onSettled, runtimes, endpoints: runtimeEndpoints(runtimes) },
    unknownModel: () =>
      new Refusal('not_found_error', 'model not found locally and no remote server configured'),
    page: sendPage,
  });
  await engine.users.ensure({
    id: user.userId,
    email: user.email,
    displayName: accountName(),
    role: user.role,
    status: 'active',
    createdAtUnixMs: Date.now(),
  });
  const { dailyUsd } = config.budget;
  // The ledger remembers the last one; a budget that the configuration has no more would go on refusing.
  if (dailyUsd === undefined) await engine.ledger.removeBudget(user.userId);
  else await engine.ledger.setBudget(user.userId, nanoUsdFromUsd(dailyUsd));
  return engine;
}

function accountName(): string {
  try {
    return userInfo().username.toLowerCase();
  } catch {
    // A container may run under a user id that has no name.
    return 'developer';
  }
}
