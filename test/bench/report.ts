import type { Measurement } from './measure.ts';
import { spreadOf, type Spread } from './statistics.ts';
import type { VariantName } from './variants.ts';

/** One variant under one scenario, over all rounds. */
export interface VariantReport {
  readonly variant: VariantName;
  readonly calls: number;
  readonly callsPerSecond: Spread;
  /** Absent for no proxy. */
  readonly cpuUsPerCall?: Spread;
  /** Each round's CPU time by the bare proxy's of the same round. */
  readonly cpuTimesBareProxy?: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  /** Each round's p50 less that of no proxy in the same round. */
  readonly addedP50Ms?: Spread;
}

export interface ScenarioReport {
  readonly scenario: string;
  readonly variants: readonly VariantReport[];
}

/** What the measurements of all rounds say, in the order in which scenarios and variants first came. */
export function reportOf(measurements: readonly Measurement[]): readonly ScenarioReport[] {
  return [...Map.groupBy(measurements, ({ scenario }) => scenario)].map(([scenario, all]) => ({
    scenario,
    variants: [...Map.groupBy(all, ({ variant }) => variant)].map(([variant, own]) =>
      variantReport(variant, own, all),
    ),
  }));
}

function variantReport(
  variant: VariantName,
  own: readonly Measurement[],
  all: readonly Measurement[],
): VariantReport {
  const inRoundOf = ({ round }: Measurement, other: VariantName): Measurement | undefined =>
    all.find((one) => one.variant === other && one.round === round);
  const cpu = own.map((one) => one.cpuUsPerCall);
  const ratios = own.map((one) => divide(one.cpuUsPerCall, inRoundOf(one, 'bare proxy')?.cpuUsPerCall));
  const added = own.map((one) => one.p50Ms - (inRoundOf(one, 'no proxy')?.p50Ms ?? NaN));
  return {
    variant,
    calls: own.reduce((sum, { calls }) => sum + calls, 0),
    callsPerSecond: spreadOf(own.map(({ calls, elapsedMs }) => (calls / elapsedMs) * 1000)),
    ...(isKnown(cpu) && { cpuUsPerCall: spreadOf(cpu) }),
    ...(variant === 'candela' && isKnown(ratios) && { cpuTimesBareProxy: spreadOf(ratios) }),
    p50Ms: spreadOf(own.map(({ p50Ms }) => p50Ms)),
    p99Ms: spreadOf(own.map(({ p99Ms }) => p99Ms)),
    ...(variant !== 'no proxy' && isKnown(added) && { addedP50Ms: spreadOf(added) }),
  };
}

function divide(dividend: number | undefined, divisor: number | undefined): number | undefined {
  return dividend === undefined || divisor === undefined ? undefined : dividend / divisor;
}

function isKnown(figures: readonly (number | undefined)[]): figures is readonly number[] {
  return figures.every((figure) => figure !== undefined && Number.isFinite(figure));
}
