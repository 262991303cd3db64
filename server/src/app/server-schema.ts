import { aws, captureContent, pricing, providerEntry, timeZone, vertexAi } from '@candela/core/host';
import { z } from 'zod';
import { catalog } from './catalog-config.ts';
import { modelDailyLimits } from './model-daily-limits.ts';
import { millisecondsOf } from './duration.ts';
import { otlpSink } from './otlp-sink.ts';

const NOT_YET = 'is not supported by this version yet';

/** In the contract and not built: refused, because a setting that is read and ignored looks as if it were in force. */
const notYet = z.never({ error: NOT_YET }).optional();

const path = z.string().min(1);

const duration = z.string().transform((text, context) => {
  const ms = millisecondsOf(text);
  // A timer takes no more than 2^31 - 1 ms; a minute between two writes is plenty.
  if (ms !== undefined && ms > 0 && ms <= 60_000) return ms;
  context.addIssue({ code: 'custom', message: 'must be a duration such as 2s or 500ms, at most 1m' });
  return z.NEVER;
});

/** USD a day; a budget of nothing is written by leaving it out. */
export const dailyBudgetUsd = z.number().positive().max(1_000_000);

/** USD; a cap of less than a billionth would let nothing through. */
const requestCostUsd = z.number().min(1e-9).max(1_000_000);

export const storageBackend = z.enum(['duckdb', 'sqlite'], {
  error: ({ input }) => (input === 'bigquery' ? `bigquery ${NOT_YET}` : 'must be duckdb or sqlite'),
});

/** The server part of contract section 9, as far as it is built. */
export const serverSchema = z.strictObject({
  server: z
    .strictObject({
      host: z.string().min(1).optional(),
      port: z.number().int().min(0).max(65_535).optional(),
    })
    .optional(),
  storage: z
    .strictObject({
      backend: storageBackend.optional(),
      duckdb: z.strictObject({ path: path.optional() }).optional(),
      sqlite: z.strictObject({ path: path.optional() }).optional(),
      bigquery: notYet,
    })
    .optional(),
  firestore: notYet,
  proxy: z
    .strictObject({
      enabled: z.boolean().optional(),
      providers: z.array(providerEntry).optional(),
      project_id: notYet,
      vertex_ai: vertexAi.optional(),
      aws: aws.optional(),
      max_request_cost_usd: requestCostUsd.optional(),
      daily_limits: modelDailyLimits.optional(),
    })
    .optional(),
  catalog: catalog.optional(),
  budget: z.strictObject({ timezone: timeZone.optional() }).optional(),
  users: z.strictObject({ default_daily_budget_usd: dailyBudgetUsd.optional() }).optional(),
  auth: z
    .strictObject({
      dev_mode: z.boolean().optional(),
      audience: notYet,
      firebase_project: notYet,
      allowed_domains: notYet,
      allowed_service_accounts: notYet,
      admins: notYet,
    })
    .optional(),
  cors: notYet,
  worker: z
    .strictObject({
      batch_size: z.number().int().min(1).max(10_000).optional(),
      flush_interval: duration.optional(),
    })
    .optional(),
  sinks: z.strictObject({ pubsub: notYet, otlp: otlpSink.optional() }).optional(),
  notify: notYet,
  pricing: pricing.optional(),
  capture_content: captureContent.optional(),
});
