/** The keys the fake takes unless told otherwise. */
export const FAKE_OPENAI_KEY = 'sk-fake-openai';
export const FAKE_ANTHROPIC_KEY = 'sk-ant-fake';

/** How a fake provider is started. */
export interface FakeProviderOptions {
  /** Keys OpenAI's routes accept; `null` accepts calls without one. Default `[FAKE_OPENAI_KEY]`. */
  openaiKeys?: readonly string[] | null;
  /** Keys Anthropic's routes accept; `null` accepts calls without one. Default `[FAKE_ANTHROPIC_KEY]`. */
  anthropicKeys?: readonly string[] | null;
  /**
   * Answers with bytes made once at the start and records nothing: no keys, directives, script or journal.
   * `streamedChars` is the length of the streamed text (default 400, about a hundred events); with `eventIntervalMs`
   * each event is a write of its own, so far apart in time; without it the stream leaves in one write.
   */
  fixed?: { streamedChars?: number; eventIntervalMs?: number };
}
