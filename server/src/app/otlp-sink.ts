import { ConfigError, httpAddress, type Env, type OtlpExportOptions } from '@candela/core/host';
import { z } from 'zod';

/** RFC 9110 section 5.6.2, and what may stand in a header's value. */
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of an HTTP header');
const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/, 'must be plain text on one line');

/** `sinks.otlp`: where copies of all spans go. */
export const otlpSink = z.strictObject({
  enabled: z.boolean().optional(),
  endpoint: httpAddress.optional(),
  protocol: z
    .enum(['http/protobuf', 'http/json'], { error: 'must be http/protobuf or http/json' })
    .optional(),
  compression: z.enum(['none', 'gzip'], { error: 'must be none or gzip' }).optional(),
  timeout_sec: z.number().positive().max(30).optional(),
  headers: z.record(headerName, headerValue).optional(),
  required: z.boolean().optional(),
});

export interface OtlpSink extends Omit<OtlpExportOptions, 'logger'> {
  /** Whether the server starts only if somebody takes spans there. */
  readonly required: boolean;
}

/**
 * The sink as file and environment have it together: `OTLP_ENDPOINT` and `OTLP_HEADERS`, the latter written
 * `name=value,name=value`, override the file. `undefined` where spans are to stay here.
 *
 * @throws ConfigError
 */
export function otlpSinkOf(file: z.infer<typeof otlpSink> | undefined, env: Env): OtlpSink | undefined {
  const endpoint = endpointFrom(env) ?? file?.endpoint;
  if ((file === undefined && endpoint === undefined) || file?.enabled === false) return undefined;
  if (endpoint === undefined) {
    throw new ConfigError(
      'sinks.otlp.endpoint: is missing: say where spans go, or set sinks.otlp.enabled: false',
    );
  }
  return {
    endpoint,
    protocol: file?.protocol ?? 'http/protobuf',
    compression: file?.compression ?? 'gzip',
    timeoutMs: (file?.timeout_sec ?? 10) * 1_000,
    headers: { ...file?.headers, ...headersFrom(env) },
    required: file?.required ?? false,
  };
}

function endpointFrom(env: Env): string | undefined {
  const text = env['OTLP_ENDPOINT'];
  if (!text) return undefined;
  const parsed = httpAddress.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`OTLP_ENDPOINT: ${parsed.error.issues[0]?.message}`);
}

/** The value is a secret as a rule, so no message repeats it. */
function headersFrom(env: Env): Record<string, string> {
  const parts = (env['OTLP_HEADERS'] ?? '').split(',').filter((part) => part.trim() !== '');
  return Object.fromEntries(
    parts.map((part) => {
      const [name = '', ...rest] = part.split('=');
      const header = [name.trim(), rest.join('=').trim()] as const;
      if (!headerName.safeParse(header[0]).success || !headerValue.safeParse(header[1]).success) {
        throw new ConfigError('OTLP_HEADERS: must be written name=value,name=value');
      }
      return header;
    }),
  );
}
