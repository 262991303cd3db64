import type { Catalog } from './catalog.ts';
import type { RuntimeStatus } from './managed-runtime.ts';
import type { Pull } from './pulls.ts';
import type { RuntimeModel } from './runtime-backend.ts';
import type { BackendInfo } from './runtimes.ts';

/** How the management API words what is here. */

export function statusJson(status: RuntimeStatus): object {
  return {
    backend: status.backend,
    state: status.state,
    endpoint: status.endpoint,
    uptime_seconds: Math.floor(status.uptimeSeconds),
    started_by_candela: status.isOurs,
    ...(status.error !== '' && { error: status.error }),
  };
}

export function modelJson(model: RuntimeModel): object {
  return {
    id: model.id,
    size_bytes: model.sizeBytes ?? 0,
    family: model.family ?? '',
    parameters: model.parameters ?? '',
    quantization: model.quantization ?? '',
    loaded: model.isLoaded,
    ...(model.lastUsedUnixMs !== undefined && { last_used: new Date(model.lastUsedUnixMs).toISOString() }),
  };
}

export function pullJson(pull: Pull): object {
  return {
    model: pull.model,
    backend: pull.backend,
    state: pull.state,
    percent: percentOf(pull),
    completed_bytes: pull.completedBytes,
    total_bytes: pull.totalBytes,
    started_at: new Date(pull.startedAtUnixMs).toISOString(),
    ...(pull.detail !== '' && { detail: pull.detail }),
    ...(pull.error !== '' && { error: pull.error }),
  };
}

export function backendJson(backend: BackendInfo): object {
  return {
    name: backend.name,
    title: backend.title,
    endpoint: backend.endpoint,
    installed: backend.binaryPath !== undefined,
    ...(backend.binaryPath === undefined
      ? { install_hint: backend.installHint }
      : { binary_path: backend.binaryPath }),
  };
}

export function catalogJson({ asOf, source, models }: Catalog): object {
  return {
    as_of: asOf,
    source,
    models: models.map(({ id, name, description, sizeHint, isPinned }) => ({
      ...{ id, name, description, size_hint: sizeHint, pinned: isPinned },
    })),
  };
}

/** Whole percents, 100 only for what is done; a runtime may learn on the way that there is more. */
function percentOf({ state, completedBytes, totalBytes }: Pull): number {
  if (state === 'done') return 100;
  if (totalBytes === 0) return 0;
  return Math.min(99, Math.floor((100 * completedBytes) / totalBytes));
}
