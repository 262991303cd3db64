import type { GetPromptResult, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { TOOL_NAMES } from './tools.ts';

/** Prompts, which editors offer as slash commands: each asks the agent to use one tool. */
export function registerPrompts(server: McpServer): void {
  server.registerPrompt(
    'spend',
    { title: 'Spend today', description: 'What today’s calls cost, against the budget' },
    () =>
      user(
        `Call the tool ${TOOL_NAMES.spendToday} and tell me in a few lines what I have spent today, how much of the budget is left, and which models cost most.`,
      ),
  );
  server.registerPrompt(
    'recent-traces',
    {
      title: 'Recent calls',
      description: 'The newest calls, with cost and tokens',
      argsSchema: z.object({ limit: z.string().optional().describe('How many, 1 to 20') }),
    },
    ({ limit }) =>
      user(
        `Call the tool ${TOOL_NAMES.recentTraces}${limit === undefined ? '' : ` with limit ${JSON.stringify(limit)}`} and list the calls in a table: model, cost, tokens, age, trace id.`,
      ),
  );
  server.registerPrompt(
    'annotate',
    {
      title: 'Annotate a call',
      description: 'Mark a call good or bad, label it, or log a metric for it',
      argsSchema: z.object({
        outcome: z.string().optional().describe('good or bad'),
        traceId: z.string().optional().describe('Trace id; the newest call if left out'),
        comment: z.string().optional().describe('A sentence that goes with it'),
      }),
    },
    (args) => {
      const given = Object.entries(args)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
        .join(', ');
      return user(
        `Call the tool ${TOOL_NAMES.annotateTrace}${given === '' ? '' : ` with ${given}`}. ${args.outcome === undefined ? 'Ask me first whether the call was good or bad. ' : ''}Then tell me in one sentence what was recorded.`,
      );
    },
  );
}

function user(text: string): GetPromptResult {
  return { messages: [{ role: 'user', content: { type: 'text', text } }] };
}
