import type { BackendName } from './usual-upstreams.ts';

/** A model worth downloading. */
export interface CatalogModel {
  /** To pull or to load it by. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Of the download, for people to read; the registry has the last word. */
  readonly sizeHint: string;
  readonly isPinned: boolean;
}

export interface Catalog {
  /** When the list was last gone through. */
  readonly asOf: string;
  /** Where names and sizes are from. */
  readonly source: string;
  /** Pinned ones first. */
  readonly models: readonly CatalogModel[];
}

const AS_OF = '2025-11-21';

type Row = readonly [id: string, name: string, description: string, sizeHint: string, isPinned?: true];

/** A short list to begin with, not a registry: what runs on a developer's machine, from small to large. */
const LISTS: Readonly<Record<BackendName, { readonly source: string; readonly rows: readonly Row[] }>> = {
  ollama: {
    source: 'https://ollama.com/library',
    rows: [
      ['llama3.2:3b', 'Llama 3.2 3B', 'Small and quick, for chat and summaries', '2.0 GB', true],
      ['qwen2.5-coder:7b', 'Qwen2.5 Coder 7B', 'Code: completion, edits, explanations', '4.7 GB', true],
      ['gpt-oss:20b', 'gpt-oss 20B', 'Reasons and uses tools; wants 16 GB of memory', '14 GB', true],
      ['llama3.2:1b', 'Llama 3.2 1B', 'The smallest that still makes sense', '1.3 GB'],
      ['gemma3:4b', 'Gemma 3 4B', 'Text and images, many languages', '3.3 GB'],
      ['qwen3:8b', 'Qwen3 8B', 'Reasons, if asked to; uses tools', '5.2 GB'],
      ['deepseek-r1:8b', 'DeepSeek R1 8B', 'Thinks at length before it answers', '5.2 GB'],
      ['mistral:7b', 'Mistral 7B', 'An all-rounder that knows many languages', '4.4 GB'],
      ['phi4:14b', 'Phi-4 14B', 'Mathematics and logic', '9.1 GB'],
      ['qwen3-coder:30b', 'Qwen3 Coder 30B', 'Agents that write code; wants 24 GB of memory', '19 GB'],
      ['nomic-embed-text', 'Nomic Embed Text', 'Embeddings, for search', '274 MB'],
    ],
  },
  lmstudio: {
    source: 'https://lmstudio.ai/models',
    rows: [
      ['openai/gpt-oss-20b', 'gpt-oss 20B', 'Reasons and uses tools; wants 16 GB of memory', '12 GB', true],
      ['qwen/qwen3-4b-2507', 'Qwen3 4B', 'Small, for chat and tools', '2.5 GB', true],
      ['ibm/granite-4-micro', 'Granite 4 Micro', 'Small and quick, uses tools', '2.3 GB'],
      ['google/gemma-3-4b', 'Gemma 3 4B', 'Text and images, many languages', '3.3 GB'],
      ['qwen/qwen3-8b', 'Qwen3 8B', 'Reasons, if asked to', '5.0 GB'],
      ['qwen/qwen3-coder-30b', 'Qwen3 Coder 30B', 'Agents that write code; wants 24 GB of memory', '19 GB'],
    ],
  },
  vllm: {
    source: 'https://huggingface.co/models',
    rows: [
      ['Qwen/Qwen3-8B', 'Qwen3 8B', 'Reasons, if asked to; uses tools', '16 GB', true],
      ['openai/gpt-oss-20b', 'gpt-oss 20B', 'Reasons and uses tools', '14 GB', true],
      ['Qwen/Qwen3-0.6B', 'Qwen3 0.6B', 'To try whether everything works', '1.5 GB'],
      ['Qwen/Qwen2.5-Coder-7B-Instruct', 'Qwen2.5 Coder 7B', 'Code: edits and explanations', '15 GB'],
      ['mistralai/Mistral-7B-Instruct-v0.3', 'Mistral 7B', 'An all-rounder', '14 GB'],
    ],
  },
};

/** @param pinned what the developer has pinned, or unpinned, by id. */
export function catalogOf(backend: BackendName, pinned: Readonly<Record<string, boolean>> = {}): Catalog {
  const { source, rows } = LISTS[backend];
  const models = rows.map(([id, name, description, sizeHint, isPinned = false]) => ({
    ...{ id, name, description, sizeHint },
    isPinned: Object.hasOwn(pinned, id) ? pinned[id] === true : isPinned,
  }));
  return {
    ...{ asOf: AS_OF, source },
    models: models.toSorted((one, other) => Number(other.isPinned) - Number(one.isPinned)),
  };
}
