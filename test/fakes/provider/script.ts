import type { AnswerWishes } from './call.ts';
import type { Fault } from './fault.ts';
import type { TokenCounts } from './token-counts.ts';

/** One rule of the script; the first that matches a request and has turns left shapes its answer. */
export interface ScriptRule {
  /** All members given must fit; none given fits every request. */
  match?: { path?: string; model?: string; promptIncludes?: string };
  /** How often the rule applies; without it, always. */
  times?: number;
  faults?: Fault[];
  usage?: Partial<TokenCounts>;
  /** The answer's text in place of the derived one. */
  text?: string;
}

/** What a rule is matched against. */
export interface ScriptedRequest {
  path: string;
  model: string;
  prompt: string;
}

/** The rules in force and how often each has been used. */
export class Script {
  #rules: { rule: ScriptRule; turnsLeft: number }[] = [];

  set(rules: ScriptRule[]): void {
    this.#rules = rules.map((rule) => ({ rule, turnsLeft: rule.times ?? Number.POSITIVE_INFINITY }));
  }

  /** Takes one turn of the first rule that fits. */
  wishesFor(request: ScriptedRequest): AnswerWishes {
    const entry = this.#rules.find(({ rule, turnsLeft }) => turnsLeft > 0 && fits(rule, request));
    if (entry === undefined) return { faults: [], usage: {} };
    entry.turnsLeft -= 1;
    const { faults = [], usage = {}, text } = entry.rule;
    return { faults, usage, ...(text === undefined ? {} : { text }) };
  }
}

function fits({ match = {} }: ScriptRule, { path, model, prompt }: ScriptedRequest): boolean {
  return (
    (match.path === undefined || match.path === path) &&
    (match.model === undefined || match.model === model) &&
    (match.promptIncludes === undefined || prompt.includes(match.promptIncludes))
  );
}
