import { z } from 'zod';
import type { Annotation } from '../../client/annotations/annotation.ts';

/** In `traceId`: the newest trace, whichever that is. */
export const LAST_TRACE = 'last';

const text = z.string().trim().min(1);

/** What can be said of a trace in one go; at least one of outcome, label and metric. */
export const annotationFields = {
  outcome: z.enum(['good', 'bad']).optional().describe('How the call turned out'),
  score: z.number().min(0).max(1).optional().describe('Refines the outcome, from 0 to 1'),
  label: text.max(256).optional().describe('A label to add'),
  metric: z
    .object({ name: text.max(128), value: z.number() })
    .optional()
    .describe('A number measured for the call, such as {"name":"tests_passed","value":12}'),
  comment: text.max(4096).optional().describe('A sentence that goes with it'),
};

/** The parameters of `candela/annotate`. */
export const annotateRequestSchema = z
  .object({
    traceId: text.max(128).describe(`The id of the trace, or "${LAST_TRACE}" for the newest`),
    ...annotationFields,
  })
  .refine(
    ({ outcome, label, metric }) => outcome !== undefined || label !== undefined || metric !== undefined,
    {
      message: 'say at least one of outcome, label and metric',
    },
  )
  .refine(({ outcome, score }) => score === undefined || outcome !== undefined, {
    message: 'a score needs an outcome',
    path: ['score'],
  });

export type AnnotateRequest = z.infer<typeof annotateRequestSchema>;

/** @returns what is wrong, for people, instead of throwing. */
export function parseAnnotateRequest(
  value: unknown,
): { readonly request: AnnotateRequest } | { readonly problem: string } {
  const parsed = annotateRequestSchema.safeParse(value);
  if (parsed.success) return { request: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) =>
    [path.join('.'), message].filter(Boolean).join(': '),
  );
  return { problem: problems.join('; ') };
}

/** The calls to make, in this order; the comment goes with each. */
export function annotationsOf(request: AnnotateRequest, traceId: string): readonly Annotation[] {
  const { outcome, score, label, metric, comment } = request;
  const subject = { traceId, ...(comment !== undefined && { comment }) };
  const annotations: Annotation[] = [];
  if (outcome !== undefined) {
    const success = outcome === 'good';
    annotations.push({ ...subject, kind: 'outcome', success, score: score ?? (success ? 1 : 0) });
  }
  if (label !== undefined) annotations.push({ ...subject, kind: 'label', label });
  if (metric !== undefined) {
    annotations.push({ ...subject, kind: 'metric', metricName: metric.name, metricValue: metric.value });
  }
  return annotations;
}
