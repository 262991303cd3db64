import type { ServedTier } from '../../pricing/served-tier.ts';
import type { TokenUsage } from '../../pricing/token-usage.ts';
import { MAX_CONTENT_BYTES } from '../../spans/span-record.ts';
import type { BesideUse } from './beside-use.ts';

/** What was read out of an answer so far. */
export interface AnswerReading {
  /** As the provider reported it; absent until it has. */
  usage?: TokenUsage;
  /** `usage` has no count of the output, or one that is none: its `outputTokens` say nothing. */
  isOutputUntold?: boolean;
  /** What it used besides, which `usage` leaves out; as the provider reported it last. */
  besides?: readonly BesideUse[];
  /** The model that answered, by the provider's own name. */
  model?: string;
  /** Absent: as the list has it. */
  tier?: ServedTier;
  /** The answer's text; nothing is added once it is longer than `MAX_CONTENT_BYTES`. */
  outputText: string;
  /** Of everything the model wrote, in UTF-8: text, reasoning, arguments of tool calls. */
  outputBytes: number;
  /** `true` once the answer has said its last word. */
  complete: boolean;
  /** Why the provider broke off a stream that had begun. */
  error?: string;
}

/** Reads one answer as its bytes go by. It never changes or holds back what it reads. */
export interface UsageMeter {
  /** `true` once the answer has, by its format's own sign, said everything that matters for its price. */
  write(chunk: Buffer): boolean;
  /** The answer is over, or broke off. */
  end(): void;
  readonly reading: AnswerReading;
}

export function newReading(): AnswerReading {
  return { outputText: '', outputBytes: 0, complete: false };
}

/** Something the model wrote that is not the text of its answer; what is no string is nothing. */
export function countOutput(reading: AnswerReading, text: unknown): void {
  if (typeof text === 'string') reading.outputBytes += Buffer.byteLength(text);
}

/** Text of the answer. */
export function appendOutput(reading: AnswerReading, text: unknown): void {
  countOutput(reading, text);
  if (typeof text === 'string' && reading.outputText.length < MAX_CONTENT_BYTES) reading.outputText += text;
}
