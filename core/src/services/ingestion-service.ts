import { createValidator } from '@bufbuild/protovalidate';
import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect';
import { SpanSchema } from '@candela/proto/types/trace';
import type { IngestionService } from '@candela/proto/v1/ingestion_service';
import { IntakeFullError, ownerOf, type IntakeOutcome, type SpanIntake } from '../spans/span-intake.ts';
import type { SpanRecord } from '../spans/span-record.ts';
import { callerOf } from './caller-context.ts';
import { invalidArgument } from './errors.ts';
import { recordFromMessage } from './span-from-message.ts';

export interface IngestionServiceDeps {
  readonly intake: SpanIntake;
}

const MAX_SPANS = 1_000;

/** Takes spans that were made elsewhere, as `POST /v1/traces` does. */
export function ingestionService({ intake }: IngestionServiceDeps): ServiceImpl<typeof IngestionService> {
  const validator = createValidator();
  return {
    async ingestSpans({ spans }, context) {
      if (spans.length > MAX_SPANS) throw invalidArgument(`spans: must have at most ${MAX_SPANS} entries`);
      const caller = callerOf(context);
      const records: SpanRecord[] = [];
      const invalid: string[] = [];
      for (const span of spans) {
        const { kind, violations } = validator.validate(SpanSchema, span);
        if (kind === 'valid') records.push(recordFromMessage(span, ownerOf(span.userId, caller)));
        else {
          const why = violations?.map((violation) => violation.toString()).join(', ');
          invalid.push(`span ${JSON.stringify(span.spanId.slice(0, 32))}: ${why ?? 'is not valid'}`);
        }
      }
      const { accepted, rejected } = await take(intake, records);
      const errors = [...invalid, ...rejected];
      return { acceptedCount: accepted, rejectedCount: errors.length, errors };
    },
  };
}

async function take(intake: SpanIntake, records: readonly SpanRecord[]): Promise<IntakeOutcome> {
  try {
    return await intake.take(records);
  } catch (cause) {
    if (!(cause instanceof IntakeFullError)) throw cause;
    throw new ConnectError(cause.message, Code.Unavailable, undefined, undefined, cause);
  }
}
