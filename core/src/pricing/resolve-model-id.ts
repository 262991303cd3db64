import { dateOfModelId, normaliseModelId, undatedModelId } from './model-id.ts';

/** An id a provider answers to, taken apart once so that many requests can be compared with it. */
export interface OfferedId {
  readonly modelId: string;
  readonly spelling: string;
  /** The spelling without a date: what all versions of the model share. */
  readonly model: string;
  /** `YYYYMMDD`, `''` for an undated id. */
  readonly date: string;
}

export function offeredIdFrom(modelId: string): OfferedId {
  const spelling = normaliseModelId(modelId);
  return { modelId, spelling, model: undatedModelId(spelling), date: dateOfModelId(spelling) ?? '' };
}

/**
 * Which of the offered ids a caller means. In this order: the id itself; another spelling of it
 * (`claude-opus-4.7`); the newest date of the undated id (`claude-sonnet-4` → `claude-sonnet-4-20250514`,
 * not `claude-sonnet-4-5`); the newest id of the only model that begins so (`claude-haiku-4`). A prefix ends
 * where a part of the name ends, and a date that is not offered is never exchanged for another one.
 *
 * @returns `undefined` if nothing fits, or more than one model does.
 */
export function resolveModelId(requested: string, offered: readonly string[]): string | undefined {
  const ids = offered.map(offeredIdFrom);
  return exactModelId(requested, ids) ?? newest(idsOfTheModelMeant(requested, ids))?.modelId;
}

/** The id itself if it is offered, else an offered id that is only spelt differently. */
export function exactModelId(requested: string, offered: readonly OfferedId[]): string | undefined {
  if (offered.some(({ modelId }) => modelId === requested)) return requested;
  const wanted = normaliseModelId(requested);
  return offered.find(({ spelling }) => spelling === wanted)?.modelId;
}

/** Every offered id of the one model an undated name or a prefix means; none if it means several. */
export function idsOfTheModelMeant<Id extends OfferedId>(
  requested: string,
  offered: readonly Id[],
): readonly Id[] {
  const prefix = normaliseModelId(requested);
  if (prefix === '' || dateOfModelId(prefix) !== undefined) return [];
  const wanted = undatedModelId(prefix);
  const sameModel = offered.filter(({ model }) => model === wanted);
  if (sameModel.length > 0) return sameModel;
  const beginSo = offered.filter(({ model }) => model.startsWith(`${wanted}-`));
  return new Set(beginSo.map(({ model }) => model)).size === 1 ? beginSo : [];
}

/** The latest date wins over an earlier one and over none; of equals the first. */
export function newest<Id extends OfferedId>(ids: readonly Id[]): Id | undefined {
  return ids.toSorted((left, right) => right.date.localeCompare(left.date))[0];
}
