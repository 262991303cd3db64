import { ATTRIBUTION_ID } from './attribution-ids.ts';
import { baggageMembers } from './baggage.ts';
import { LABELS_HEADER, labelsFrom, type Labels } from './labels.ts';

/** Whom a call was made for, as its client says. `''` where it does not. */
export interface Attribution {
  readonly tenantId: string;
  readonly jobId: string;
  readonly traceGroup: string;
  readonly labels: Labels;
}

/** The value of a request's header, by its lower-case name; repeated ones joined by commas. */
type HeaderOf = (name: string) => string | undefined;

const NO_BAGGAGE: ReadonlyMap<string, string> = new Map();
const NO_LABELS: Labels = {};

/** From W3C baggage, else from Candela's own headers (contract sections 1 and 6). */
export function attributionFrom(header: HeaderOf): Attribution {
  const baggage = header('baggage');
  const members = baggage === undefined ? NO_BAGGAGE : baggageMembers(baggage);
  const id = (inBaggage: string, inHeader: string): string =>
    [members.get(inBaggage), header(inHeader)].find(
      (text) => text !== undefined && ATTRIBUTION_ID.test(text),
    ) ?? '';
  const labels = header(LABELS_HEADER);
  return {
    tenantId: id('candela.tenant_id', 'x-candela-tenant-id'),
    jobId: id('candela.job_id', 'x-candela-job-id'),
    traceGroup: id('candela.trace_group', 'x-candela-trace-group'),
    labels: labels === undefined ? NO_LABELS : labelsFrom(labels),
  };
}
