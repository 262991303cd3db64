import { z } from 'zod';
import { DEFAULT_STATUS_SETTINGS, type StatusSettings } from '../client/status/status-input.ts';

/** What an editor may say in `initializationOptions.candela`; each field that makes no sense counts as not said. */
export interface ClientOptions {
  /** Wants `candela/status`. */
  readonly wantsStatus: boolean;
  /** `''`: look for the daemon of this machine. */
  readonly daemonUrl: string;
  readonly autoStart: boolean;
  readonly pollIntervalMs: number;
  readonly status: StatusSettings;
}

const percent = z.number().min(0).max(1000);
const schema = z.object({
  status: z.boolean().catch(false),
  daemonUrl: z.url({ protocol: /^https?$/ }).catch(''),
  autoStart: z.boolean().catch(true),
  pollIntervalSeconds: z.number().min(1).max(3600).catch(5),
  warnAtPercent: percent.catch(DEFAULT_STATUS_SETTINGS.warnFraction * 100),
  overAtPercent: percent.catch(DEFAULT_STATUS_SETTINGS.overFraction * 100),
  format: z.enum(['spendOfBudget', 'spend', 'percent', 'tokens']).catch(DEFAULT_STATUS_SETTINGS.format),
});

/** @param initializationOptions whatever the editor sent with `initialize`. */
export function readClientOptions(initializationOptions: unknown): ClientOptions {
  const section = z.object({ candela: z.record(z.string(), z.unknown()) }).safeParse(initializationOptions);
  const read = schema.parse(section.data?.candela ?? {});
  return {
    wantsStatus: read.status,
    daemonUrl: read.daemonUrl,
    autoStart: read.autoStart,
    pollIntervalMs: read.pollIntervalSeconds * 1000,
    status: {
      ...DEFAULT_STATUS_SETTINGS,
      warnFraction: read.warnAtPercent / 100,
      overFraction: read.overAtPercent / 100,
      format: read.format,
    },
  };
}
