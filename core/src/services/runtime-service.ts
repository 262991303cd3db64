import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect';
import { ModelLoadState, RuntimeState, type RuntimeService } from '@candela/proto/v1/runtime_service';
import type { RuntimeStatus } from '../runtimes/managed-runtime.ts';
import type { Pull } from '../runtimes/pulls.ts';
import type { RuntimeModel } from '../runtimes/runtime-backend.ts';
import { RuntimeError, type RuntimeErrorKind } from '../runtimes/runtime-error.ts';
import type { Runtimes } from '../runtimes/runtimes.ts';
import { callerOf, requireAdmin } from './caller-context.ts';

export interface RuntimeServiceDeps {
  /** Absent on a server, which has no runtime: all its methods are `unimplemented` there. */
  readonly runtimes?: Runtimes | undefined;
}

/** The model runtimes of a developer's machine. */
export function runtimeService({ runtimes }: RuntimeServiceDeps): ServiceImpl<typeof RuntimeService> {
  /** Only the one user of this machine may move what runs on it. */
  const act = async <T>(
    context: Parameters<typeof callerOf>[0],
    work: (runtimes: Runtimes) => Promise<T>,
  ) => {
    if (runtimes === undefined) {
      throw new ConnectError(
        'model runtimes are moved by the Candela on your own machine, not by a server: ask it at 127.0.0.1:8181',
        Code.Unimplemented,
      );
    }
    requireAdmin(callerOf(context));
    try {
      return await work(runtimes);
    } catch (cause) {
      if (!(cause instanceof RuntimeError)) throw cause;
      throw new ConnectError(cause.message, CODE_OF_KIND[cause.kind], undefined, undefined, cause);
    }
  };
  return {
    startRuntime: ({ backend }, context) =>
      act(context, async (those) => ({ status: statusMessage(await those.start(backend)) })),
    stopRuntime: (_request, context) =>
      act(context, async (those) => ({ status: statusMessage(await those.stop()) })),
    getHealth: (_request, context) =>
      act(context, async (those) => {
        const { status, models } = await those.survey();
        const inMemory = models.filter(({ isLoaded }) => isLoaded);
        return {
          status: statusMessage(status),
          models: [...inMemory.map(modelMessage), ...those.pullsUnderWay().map(pullMessage)],
        };
      }),
    listModels: (_request, context) =>
      act(context, async (those) => {
        const models = await those.models();
        const ids = new Set(models.map(({ id }) => id));
        // One that is on disk already can be used while a newer one comes.
        const coming = those.pullsUnderWay().filter(({ model }) => !ids.has(model));
        return { models: [...models.map(modelMessage), ...coming.map(pullMessage)] };
      }),
    loadModel: ({ model }, context) =>
      act(context, async (those) => {
        const isLoaded = (await those.load(model)) === 'loaded';
        return { state: isLoaded ? ModelLoadState.LOADED : ModelLoadState.STARTING };
      }),
    unloadModel: ({ model }, context) =>
      act(context, async (those) => {
        await those.unload(model);
        return {};
      }),
    pullModel: ({ model }, context) =>
      act(context, async (those) => {
        await those.pull(model);
        return {};
      }),
    cancelPull: ({ model }, context) =>
      act(context, async (those) => {
        await those.cancelPull(model);
        return {};
      }),
    deleteModel: ({ model }, context) =>
      act(context, async (those) => {
        await those.deleteModel(model);
        return {};
      }),
    listBackends: (_request, context) =>
      act(context, async (those) => ({
        active: those.active.name,
        backends: those.backends().map(({ name, binaryPath, installHint }) => ({
          ...{ name, installed: binaryPath !== undefined, binaryPath: binaryPath ?? '' },
          installHint: binaryPath === undefined ? installHint : '',
        })),
      })),
    resetState: (_request, context) =>
      act(context, async (those) => {
        await those.resetState();
        return {};
      }),
    listCatalog: (_request, context) =>
      act(context, async (those) => ({
        models: those.catalog().models.map(({ id, name, description, sizeHint, isPinned }) => ({
          ...{ id, name, description, sizeHint, pinned: isPinned },
        })),
      })),
  };
}

const CODE_OF_KIND: Readonly<Record<RuntimeErrorKind, Code>> = {
  unimplemented: Code.Unimplemented,
  failed_precondition: Code.FailedPrecondition,
  not_found: Code.NotFound,
  invalid_argument: Code.InvalidArgument,
  unavailable: Code.Unavailable,
};

const STATES: Readonly<Record<RuntimeStatus['state'], RuntimeState>> = {
  stopped: RuntimeState.STOPPED,
  starting: RuntimeState.STARTING,
  running: RuntimeState.RUNNING,
  error: RuntimeState.ERROR,
};

function statusMessage({ state, backend, endpoint, uptimeSeconds, error, checkedAtUnixMs }: RuntimeStatus) {
  return {
    ...{ state: STATES[state], backend, endpoint, uptimeSeconds, error },
    checkedAt: timestampFromMs(checkedAtUnixMs),
  };
}

function modelMessage({ id, sizeBytes, family, parameters, quantization, ...rest }: RuntimeModel) {
  const { isLoaded, lastUsedUnixMs } = rest;
  return {
    ...{ id, sizeBytes: BigInt(sizeBytes ?? 0), loaded: isLoaded, available: true },
    ...{ family: family ?? '', parameters: parameters ?? '', quantization: quantization ?? '' },
    ...(lastUsedUnixMs !== undefined && { lastUsed: timestampFromMs(lastUsedUnixMs) }),
  };
}

/** A download under way is a model that is not there yet; `size_bytes` is what has come of it so far. */
function pullMessage({ model, completedBytes }: Pull) {
  return { id: model, sizeBytes: BigInt(completedBytes), loaded: false, available: false };
}
