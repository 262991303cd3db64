import { AnnotationType } from '@candela/proto/types/annotation';
import type { CandelaApi } from '../connection/candela-api.ts';

/** Reads at once; more would crowd out calls of the developer's. */
const PARALLEL_READS = 4;
const MAX_KNOWN = 500;

/** Which traces were marked good or bad, as far as it is known here. */
export class OutcomeBook {
  /** The value is undefined for a trace that was asked about and is not marked. */
  readonly #known = new Map<string, boolean | undefined>();

  /** True for good, false for bad, undefined for neither, or for not known yet. */
  of(traceId: string): boolean | undefined {
    return this.#known.get(traceId);
  }

  /** Notes what the developer just said, before any server has heard of it. */
  note(traceId: string, success: boolean): void {
    this.#remember(traceId, success);
  }

  /** Forgets everything, e.g. because another program may have marked traces. */
  clear(): void {
    this.#known.clear();
  }

  /** Asks about those of the traces it does not know. @throws ConnectError; what was read until then is kept. */
  async read(api: CandelaApi, traceIds: readonly string[], signal: AbortSignal): Promise<void> {
    const unknown = traceIds.filter((traceId) => !this.#known.has(traceId));
    const ask = async (): Promise<void> => {
      for (let traceId = unknown.pop(); traceId !== undefined; traceId = unknown.pop()) {
        const request = { traceId, typeFilter: AnnotationType.OUTCOME };
        const { annotations } = await api.annotations.listAnnotations(request, { signal });
        this.#remember(traceId, annotations.at(-1)?.success);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_READS }, ask));
  }

  #remember(traceId: string, success: boolean | undefined): void {
    this.#known.delete(traceId);
    this.#known.set(traceId, success);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_KNOWN && oldest !== undefined) this.#known.delete(oldest);
  }
}
