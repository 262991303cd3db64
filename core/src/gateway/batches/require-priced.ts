import { Refusal } from '../errors.ts';
import { shown } from '../gates/model.ts';
import { unreachableReason } from '../upstream.ts';
import { isProviderFailure } from '../upstream-failure.ts';
import type { BatchCall, BatchDeps } from './batch-call.ts';
import { readUpstream } from './read-upstream.ts';
import type { ResultsTally } from './results-tally.ts';

/** What there is to be known is known: the rest need not be read. */
class Enough extends Error {}

/**
 * Results of a batch that nobody remembers were admitted by no gate, so their models may have no price, and once they
 * have gone by it is too late to refuse them. They are read beforehand, as far as it takes: a file that holds no results
 * to its first line.
 *
 * @param tally fresh.
 * @throws Refusal `pricing_not_configured` if a model that answered has no price, `upstream_error`.
 */
export async function requirePriced(
  tally: ResultsTally,
  { provider, outgoing, isClientGone: isAbandoned }: BatchCall,
  { upstream, clock }: BatchDeps,
): Promise<void> {
  await provider.authenticate(outgoing);
  try {
    await readUpstream(
      { ...{ upstream, clock, outgoing, isAbandoned }, base: provider.upstream },
      {
        head: (status) => {
          // Whoever asks is told so by the provider.
          if (status !== 200) throw new Enough();
        },
        data: (chunk) => {
          tally.write(chunk);
          if (tally.isForeign || tally.unpricedModel !== undefined) throw new Enough();
        },
      },
    );
    tally.end();
  } catch (cause) {
    if (!(cause instanceof Enough)) throw unread(provider.name, cause as Error, isAbandoned());
  }
  if (tally.unpricedModel !== undefined) throw unpriced(provider.name, tally.unpricedModel);
}

function unpriced(provider: string, model: string): Refusal {
  return new Refusal(
    'pricing_not_configured',
    `these are results of model ${shown(model)} of ${provider}, which has no price, and their batch was not created through` +
      ' Candela: add a price under pricing.models in the configuration, or to its entry in the catalog, then read them again',
  );
}

function unread(provider: string, cause: Error, hasLeft: boolean): unknown {
  if (hasLeft)
    return new Refusal('invalid_request_error', 'the client left before its results were priced', { cause });
  if (!isProviderFailure(cause)) return cause;
  return new Refusal(
    'upstream_error',
    `could not read the results from ${provider}: ${unreachableReason(cause)}`,
    { cause },
  );
}
