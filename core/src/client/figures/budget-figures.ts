/** Today's figures as an editor shows them: plain values, US dollars as `number`, times in ms since 1970. */
export interface BudgetFigures {
  /** Whose figures they are; absent where the daemon does not say (nobody set a budget). */
  readonly userId?: string;
  /** `YYYY-MM-DD`, the day they count for, in the budget's own time zone. */
  readonly periodKey?: string;
  /** When that day began. */
  readonly startsAtUnixMs?: number;
  /** What today's calls cost so far; where there is a budget, what is charged to it. */
  readonly spentUsd: number;
  readonly tokens: number;
  /** Absent where nothing limits (a developer alone who set no budget). */
  readonly budget?: BudgetLimit;
  /** Active grants only, earliest expiry first. */
  readonly grants: readonly GrantFigures[];
  /** What may still be spent, grants included; absent where nothing limits. */
  readonly totalRemainingUsd?: number;
  /** When the next day begins for the budget. */
  readonly resetsAtUnixMs?: number;
  /** Absent when the daemon could tell the budget but not the usage. */
  readonly usage?: UsageFigures;
}

export interface BudgetLimit {
  /** 0 means: nothing may be spent. */
  readonly limitUsd: number;
  /** Of the day's budget alone, without grants and without what calls in flight hold. */
  readonly remainingUsd: number;
}

export interface GrantFigures {
  readonly amountUsd: number;
  readonly remainingUsd: number;
  /** Whatever the admin typed: text to escape, never markup. */
  readonly reason: string;
  readonly expiresAtUnixMs?: number;
}

export interface UsageFigures {
  readonly calls: number;
  readonly costUsd: number;
  /** Dearest first. */
  readonly models: readonly ModelFigures[];
}

export interface ModelFigures {
  readonly model: string;
  readonly provider: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

/** Figures with the moment they arrived. */
export interface TimedFigures {
  readonly figures: BudgetFigures;
  readonly receivedAtUnixMs: number;
}
