/** When a provider's circuit opens, and how long it stays so. */
export interface CircuitRules {
  /** Failures in a row that open it. */
  readonly failuresToOpen: number;
  /** From the last of them to the first probe. */
  readonly coolDownMs: number;
}

/**
 * What is known of one provider. `epoch` grows with every change of kind: what a call reports that was admitted in an
 * earlier epoch is old news and changes nothing.
 */
export type Circuit =
  | { readonly kind: 'closed'; readonly epoch: number; readonly failures: number }
  | { readonly kind: 'open'; readonly epoch: number; readonly probeFromMs: number }
  /** One call is under way to see whether the provider is back. */
  | { readonly kind: 'probing'; readonly epoch: number };

/** How a call ended, as far as the provider's health goes; `unknown` is one that the client or Candela gave up. */
export type CallHealth = 'answered' | 'failed' | 'unknown';

export const CLOSED_CIRCUIT: Circuit = { kind: 'closed', epoch: 0, failures: 0 };

/** Shown to whoever must wait for a probe that may end at any moment. */
const WHILE_PROBING_MS = 1_000;

/** Asks for a call to be let through: what the circuit is then, and how long to wait where it is not. */
export function admitted(
  circuit: Circuit,
  nowMs: number,
): { readonly circuit: Circuit } | { readonly retryAfterMs: number } {
  switch (circuit.kind) {
    case 'closed':
      return { circuit };
    case 'probing':
      return { retryAfterMs: WHILE_PROBING_MS };
    case 'open':
      return nowMs < circuit.probeFromMs
        ? { retryAfterMs: circuit.probeFromMs - nowMs }
        : { circuit: { kind: 'probing', epoch: circuit.epoch + 1 } };
  }
}

/** What the circuit is once a call that was admitted in `epoch` has ended. */
export function reported(
  circuit: Circuit,
  epoch: number,
  health: CallHealth,
  nowMs: number,
  rules: CircuitRules,
): Circuit {
  if (epoch !== circuit.epoch || circuit.kind === 'open') return circuit;
  const next = circuit.epoch + 1;
  const open: Circuit = { kind: 'open', epoch: next, probeFromMs: nowMs + rules.coolDownMs };
  if (circuit.kind === 'probing') {
    if (health === 'answered') return { kind: 'closed', epoch: next, failures: 0 };
    return health === 'failed' ? open : { ...open, probeFromMs: nowMs };
  }
  if (health === 'unknown') return circuit;
  const failures = health === 'answered' ? 0 : circuit.failures + 1;
  if (failures >= rules.failuresToOpen) return open;
  return failures === circuit.failures ? circuit : { ...circuit, failures };
}
