/**
 * What `work` answers, if it does so in time. After that its signal is aborted, and whatever it still answers is
 * ignored.
 *
 * @throws Error saying that `what` took too long.
 */
export async function withTimeLimit<T>(
  limitMs: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const exceeded = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new Error(`${what} took longer than ${limitMs} ms`);
    exceeded.reject(error);
    limit.abort(error);
  }, limitMs);
  try {
    return await Promise.race([work(limit.signal), exceeded.promise]);
  } finally {
    clearTimeout(timer);
  }
}
