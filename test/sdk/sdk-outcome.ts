/** What a program that uses an SDK gets to see: a value, or an error with these marks. */
export type SdkOutcome =
  | { value: string }
  | { error: { name: string; status?: unknown; type?: unknown; code?: unknown; message?: string } };

/** Runs an SDK call and describes what came of it. Never rejects. */
export async function sdkOutcome(call: () => Promise<unknown>): Promise<SdkOutcome> {
  try {
    return { value: JSON.stringify(await call()) };
  } catch (error) {
    return { error: describeError(error) };
  }
}

function describeError(error: unknown): Extract<SdkOutcome, { error: object }>['error'] {
  if (!(error instanceof Error)) return { name: typeof error };
  const { status, type, code } = error as Error & { status?: unknown; type?: unknown; code?: unknown };
  // Without a status the message comes from the socket below and may say anything.
  const message = status === undefined ? {} : { message: error.message };
  return { name: error.constructor.name, status, type, code, ...message };
}
