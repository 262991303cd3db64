import type { BackendName } from './usual-upstreams.ts';
import { createLmStudio } from './lmstudio.ts';
import { createOllama } from './ollama.ts';
import type { BackendSettings, RuntimeBackend } from './runtime-backend.ts';
import { createVllm } from './vllm.ts';

/** Every runtime that Candela can drive. */
export const BACKENDS: Readonly<Record<BackendName, (settings: BackendSettings) => RuntimeBackend>> = {
  ollama: createOllama,
  vllm: createVllm,
  lmstudio: createLmStudio,
};

export function isBackendName(name: string): name is BackendName {
  return Object.hasOwn(BACKENDS, name);
}
