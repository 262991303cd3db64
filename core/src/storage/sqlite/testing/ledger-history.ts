import fc from 'fast-check';

/** One of the processes that share the store. */
export const PROCESSES = 3;

/** What may be spent a day on each of two models: one cap that is reached soon, one that the budget mostly precedes. */
export const MODEL_CAPS = { small: 60, large: 150 } as const;

/** What one of many calls at once asks of its ledger; `pick` chooses one of those that are open. */
export type CallStep =
  | {
      readonly do: 'reserve';
      readonly at: number;
      readonly amount: number;
      /** One of `MODEL_CAPS`; `null`: a model that has no cap. */
      readonly model: keyof typeof MODEL_CAPS | null;
    }
  | { readonly do: 'settle'; readonly pick: number; readonly costPercent: number }
  | { readonly do: 'release'; readonly pick: number };

/** One step in the life of a store; `at` says in which process. */
export type Step =
  | { readonly do: 'together'; readonly calls: readonly CallStep[] }
  | { readonly do: 'settle while locked'; readonly pick: number; readonly costPercent: number }
  | { readonly do: 'grant'; readonly amount: number; readonly inMinutes: number; readonly minutes: number }
  | { readonly do: 'revoke'; readonly pick: number }
  | { readonly do: 'set budget'; readonly limit: number }
  | { readonly do: 'reset' }
  | { readonly do: 'pass'; readonly minutes: number }
  | { readonly do: 'crash'; readonly at: number }
  | { readonly do: 'restart'; readonly at: number }
  | { readonly do: 'acknowledge'; readonly spans: number }
  | { readonly do: 'ask for all'; readonly at: number };

/**
 * Random lives of a store.
 *
 * @param estimates `hold`: no call costs more than it reserved, and no limit changes; `fail`: both happen.
 */
export function ledgerHistories(estimates: 'hold' | 'fail'): fc.Arbitrary<readonly Step[]> {
  const upTo = (max: number, min = 0): fc.Arbitrary<number> => fc.integer({ min, max });
  const at = upTo(PROCESSES - 1);
  const pick = upTo(50);
  const costPercent = upTo(estimates === 'hold' ? 100 : 220);
  const model = fc.constantFrom<(keyof typeof MODEL_CAPS | null)[]>('small', 'large', null);
  const call = fc.oneof<fc.WeightedArbitrary<CallStep>[]>(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('reserve'), at, amount: upTo(60), model }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('settle'), pick, costPercent }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('release'), pick }) },
  );
  const grant = { amount: upTo(80, 1), inMinutes: upTo(90, -30), minutes: upTo(200, 1) };
  const minutes = fc.oneof(upTo(90, -20), upTo(26 * 60, -26 * 60));
  const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
    {
      weight: 9,
      arbitrary: fc.record({
        do: fc.constant('together'),
        calls: fc.array(call, { minLength: 1, maxLength: 6 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('grant'), ...grant }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke'), pick }) },
    {
      weight: estimates === 'hold' ? 0 : 2,
      arbitrary: fc.record({ do: fc.constant('set budget'), limit: upTo(200, 1) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('reset') }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('pass'), minutes }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('crash'), at }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart'), at }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('settle while locked'), pick, costPercent }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('acknowledge'), spans: upTo(5) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('ask for all'), at }) },
  );
  return fc.array(step, { minLength: 5, maxLength: 30 });
}
