/** Where each runtime listens unless told otherwise: the documentation of Ollama, vLLM and LM Studio. */
export const USUAL_UPSTREAMS = {
  ollama: 'http://127.0.0.1:11434/v1',
  vllm: 'http://127.0.0.1:8000/v1',
  lmstudio: 'http://127.0.0.1:1234/v1',
} as const;

export type BackendName = keyof typeof USUAL_UPSTREAMS;

export const RUNTIME_BACKENDS = Object.keys(USUAL_UPSTREAMS) as [BackendName, ...BackendName[]];
