import { z } from 'zod';
import { ApiError } from '../management/api-error.ts';
import { checked } from '../management/json-body.ts';
import type { ApiRequest, Endpoint, Endpoints } from '../management/local-api.ts';
import { RuntimeError, type RuntimeErrorKind } from './runtime-error.ts';
import { backendJson, catalogJson, modelJson, pullJson, statusJson } from './runtime-json.ts';
import type { Runtimes } from './runtimes.ts';

const started = z.strictObject({ backend: z.string().optional(), model: z.string().min(1).optional() });
const nothing = z.strictObject({});
const named = z.strictObject({ model: z.string() });
const pinned = z.strictObject({ model: z.string(), pinned: z.boolean() });
const confirmed = z.strictObject({ confirm: z.literal(true) });

/** The part of the management API that moves the model runtimes of this machine: `docs/local-api.md`. */
export function runtimeEndpoints(runtimes: Runtimes): Endpoints {
  const post = <Schema extends z.ZodType>(
    schema: Schema,
    act: (body: z.infer<Schema>) => Promise<object>,
  ): { readonly POST: Endpoint } => ({
    POST: (request: ApiRequest) => told(async () => act(checked(await request.json(), schema))),
  });
  return {
    start: post(started, async ({ backend, model }) => ({
      runtime: statusJson(await runtimes.start(backend, model)),
    })),
    stop: post(nothing, async () => ({ runtime: statusJson(await runtimes.stop()) })),
    models: {
      GET: () =>
        told(async () => {
          const { status, models } = await runtimes.survey();
          return { runtime: statusJson(status), models: models.map(modelJson) };
        }),
    },
    load: post(named, async ({ model }) => ({ state: await runtimes.load(model) })),
    unload: post(named, async ({ model }) => {
      await runtimes.unload(model);
      return {};
    }),
    delete: post(named, async ({ model }) => {
      await runtimes.deleteModel(model);
      return {};
    }),
    pull: post(named, async ({ model }) => ({ pull: pullJson(await runtimes.pull(model)) })),
    'pull/cancel': post(named, async ({ model }) => {
      await runtimes.cancelPull(model);
      return {};
    }),
    pulls: { GET: () => ({ body: { pulls: runtimes.pulls().map(pullJson) } }) },
    backends: {
      GET: () => ({
        body: { active: runtimes.active.name, backends: runtimes.backends().map(backendJson) },
      }),
    },
    catalog: { GET: () => ({ body: catalogJson(runtimes.catalog()) }) },
    'catalog/pin': post(pinned, async (body) => {
      await runtimes.pin(body.model, body.pinned);
      return catalogJson(runtimes.catalog());
    }),
    reset: post(confirmed, async () => {
      await runtimes.resetState();
      return {};
    }),
  };
}

const STATUS_OF_KIND: Readonly<Record<RuntimeErrorKind, number>> = {
  unimplemented: 501,
  failed_precondition: 409,
  not_found: 404,
  invalid_argument: 400,
  unavailable: 502,
};

async function told(act: () => Promise<object>): Promise<{ readonly body: object }> {
  try {
    return { body: await act() };
  } catch (cause) {
    if (!(cause instanceof RuntimeError)) throw cause;
    throw new ApiError(STATUS_OF_KIND[cause.kind], cause.message, { cause });
  }
}
