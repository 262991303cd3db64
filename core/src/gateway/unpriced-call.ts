import { Refusal } from './errors.ts';

/** What is said to a call whose cost is not known (decision 5). */
export function unpricedCall(method: string, path: string): Refusal {
  const what = `what ${method} ${path} costs is not known to Candela, so it is not passed on`;
  if (!/batch/i.test(path)) return new Refusal('pricing_not_configured', what);
  return new Refusal(
    'pricing_not_configured',
    `${what}: batches pass where their cost can be held and charged, which is POST /v1/batches of openai and` +
      ' POST /v1/messages/batches of anthropic-direct; send these requests one by one, or as such a batch',
  );
}
