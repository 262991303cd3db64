import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Catalog } from '../catalog/catalog.ts';
import { sendJson } from './wire/send-json.ts';
import type { PriceBook } from '../pricing/index.ts';
import { attributionFrom } from './context/attribution.ts';
import { IdentityRefusal, Refusal, sendRefusal } from './errors.ts';
import { hasAccess } from './gates/access.ts';
import type { Accounts } from './gates/accounts.ts';
import { catalogInForce } from './gates/catalog.ts';
import type { Identify } from './gates/identity.ts';
import { isTenantAllowed } from './gates/tenant.ts';
import { listModels } from './model-list.ts';
import { refreshInventories } from './providers/model-inventory.ts';
import type { Provider } from './providers/provider.ts';

export interface ModelsDeps {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly prices: PriceBook;
  readonly catalog: Catalog;
  readonly identify: Identify;
  /** Where callers are users with access tags; absent: one, who owns the machine. */
  readonly accounts?: Accounts | undefined;
}

/** Answers `GET /v1/models` with the models that this caller may use, for this tenant. Never rejects. */
export function answerModels(deps: ModelsDeps): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return async (req, res) => {
    try {
      sendJson(res, 200, await listFor(req, deps));
    } catch (cause) {
      const refusal =
        cause instanceof IdentityRefusal || cause instanceof Refusal
          ? cause
          : new Refusal(
              'governance_unavailable',
              'the models cannot be listed right now: try again shortly',
              {
                cause,
              },
            );
      sendRefusal(res, refusal);
    }
  };
}

async function listFor(req: IncomingMessage, deps: ModelsDeps): Promise<object> {
  const { providers, prices, accounts } = deps;
  const header = (name: string): string | undefined => {
    const value = req.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  const { role, userId } = await deps.identify(header);
  const accessTags = (await accounts?.find(userId))?.accessTags;
  const { tenantId } = attributionFrom(header);
  const [catalog] = await Promise.all([catalogInForce(deps.catalog), refreshInventories(providers.values())]);
  return listModels(
    providers,
    { catalog, prices: prices.snapshot() },
    (entry) => isTenantAllowed(entry, tenantId) && hasAccess(entry, { role, accessTags }),
  );
}
