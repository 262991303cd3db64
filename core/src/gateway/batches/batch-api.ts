import type { OperationName } from '../../spans/span-record.ts';
import type { ReadAnswer } from '../usage/json-meter.ts';
import type { JsonObject } from '../wire/json-shape.ts';

/** What a path of a provider's batches asks for. */
export type BatchStep =
  | { readonly does: 'create' }
  /** Tells how batches stand; costs nothing. */
  | { readonly does: 'tell' }
  /** Hands out what the models answered. `resultsId`: the batch's id, or a file's. */
  | { readonly does: 'results'; readonly resultsId: string };

/** One request of a batch, as it would be sent alone. */
export interface BatchRequest {
  readonly operation: OperationName;
  readonly path: string;
  readonly body: JsonObject;
}

/** Where the requests of a new batch are: in its body, or in a file that the client has uploaded. */
export type BatchCreation =
  | { readonly requests: readonly BatchRequest[] }
  | {
      /** The file's content, behind the provider's base address. */
      readonly contentPath: string;
      /** @throws Refusal for a line that is no request, or one whose price is not known. */
      readonly requestOf: (line: JsonObject) => BatchRequest;
    };

/** How a batch stands, as far as money goes. */
export interface BatchStatus {
  readonly batchId: string;
  /** Absent: the provider has not said yet where the results are. */
  readonly resultsId?: string;
  /** It is over, and no request of it was answered. */
  readonly isInVain: boolean;
}

/** The result of one request: an answer with its reader, or nothing that costs anything. */
export type BatchResult =
  { readonly answer: JsonObject; readonly read: ReadAnswer } | { readonly answer: undefined };

/** A provider's batches: what its bodies, files and answers say. Pure. */
export interface BatchApi {
  /**
   * A request may be answered with more than the model's maximum, as far as it asks for that; so what it asks for is
   * what counts.
   */
  readonly passesModelMaximum: boolean;
  /** @throws Refusal for what is no creation, or one whose price is not known. */
  creationOf(json: JsonObject): BatchCreation;
  /** Every batch that an answer tells of. */
  statusesIn(answer: JsonObject): readonly BatchStatus[];
  /** `undefined` for a line that is no result. */
  resultOf(line: JsonObject): BatchResult | undefined;
  /** Changes an answer that tells of batches, so that its reader comes back through Candela for the results. */
  readonly redirect?: (answer: string) => string;
}
