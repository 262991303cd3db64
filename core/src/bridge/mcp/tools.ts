import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { annotate } from '../annotate/annotate.ts';
import { annotationFields, LAST_TRACE, parseAnnotateRequest } from '../annotate/annotate-request.ts';
import { recentTraces } from '../annotate/recent-traces.ts';
import { describe, type BridgeSession } from '../bridge-session.ts';
import { messages } from '../messages.ts';
import { candelaStatus, reportText, spendLines } from '../status/candela-status.ts';

export const TOOL_NAMES = {
  spendToday: 'candela_spend_today',
  recentTraces: 'candela_recent_traces',
  branchCost: 'candela_branch_cost',
  annotateTrace: 'candela_annotate_trace',
} as const;

const READS = { readOnlyHint: true, openWorldHint: false };
const WRITES = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };

export function registerTools(server: McpServer, bridge: BridgeSession): void {
  server.registerTool(
    TOOL_NAMES.spendToday,
    {
      title: 'Spend today',
      description:
        'What language-model calls cost today, against the budget, with grants and the cost by model. Amounts in US dollars.',
      inputSchema: z.object({}),
      annotations: READS,
    },
    () => spendToday(bridge),
  );
  server.registerTool(
    TOOL_NAMES.recentTraces,
    {
      title: 'Recent traces',
      description:
        'The newest language-model calls that went through Candela, newest first: model, cost, tokens, whether they failed, and the trace id to annotate them by.',
      inputSchema: z.object({ limit: z.int().min(1).max(20).default(10).describe('How many') }),
      annotations: READS,
    },
    ({ limit }) => listTraces(bridge, limit),
  );
  server.registerTool(
    TOOL_NAMES.branchCost,
    {
      title: 'Cost of this branch',
      description:
        'What the language-model calls made for the git branch of a folder have cost so far, by model. Counted are calls that carry the branch as a label. Amounts in US dollars.',
      inputSchema: z.object({
        folder: z.string().max(4096).optional().describe('Absolute path; default: where this server runs'),
      }),
      annotations: READS,
    },
    ({ folder }) => branchCost(bridge, folder ?? process.cwd()),
  );
  server.registerTool(
    TOOL_NAMES.annotateTrace,
    {
      title: 'Annotate a trace',
      description:
        'Says how a language-model call turned out: an outcome with an optional score, a label, a metric. Kept and sent later if Candela is not reachable now.',
      // A trace id under another name must not mark the newest call instead.
      inputSchema: z.strictObject({
        traceId: z.string().max(128).default(LAST_TRACE).describe('Trace id, or "last" for the newest call'),
        ...annotationFields,
      }),
      annotations: WRITES,
    },
    (input) => annotateTrace(bridge, input),
  );
}

async function spendToday(bridge: BridgeSession): Promise<CallToolResult> {
  await bridge.settled();
  const status = await bridge.editor.refresh();
  const { figures } = bridge.editor;
  if (figures === undefined) return failure(messages.spendNotKnown(status.accessibilityLabel));
  const { text, tooltip: _tooltip, ...known } = candelaStatus(status, figures);
  const lines = [status.accessibilityLabel, ...spendLines(figures)];
  return answer(lines.join('\n'), { ...known, text, ...figures });
}

async function branchCost(bridge: BridgeSession, folder: string): Promise<CallToolResult> {
  await bridge.settled();
  try {
    const found = await bridge.branchCost(folder);
    if (found === undefined) return failure(messages.noBranch(folder));
    return answer([found.text, ...found.lines.map(reportText)].join('\n'), { ...found });
  } catch (error) {
    return failure(messages.branchCostNotKnown(describe(error)));
  }
}

async function listTraces(bridge: BridgeSession, limit: number): Promise<CallToolResult> {
  await bridge.settled();
  const recent = await recentTraces(bridge.editor, limit);
  const { staleReason } = recent;
  if (recent.traces.length === 0) {
    if (staleReason !== undefined) return failure(messages.noTracesOffline(staleReason));
    return answer(messages.noTraces, { traces: [] });
  }
  const lines = recent.traces.map(({ traceId, label, detail }) => `${traceId}: ${label}, ${detail}`);
  return answer([...(staleReason === undefined ? [] : [staleReason]), ...lines].join('\n'), { ...recent });
}

async function annotateTrace(bridge: BridgeSession, input: unknown): Promise<CallToolResult> {
  const parsed = parseAnnotateRequest(input);
  if ('problem' in parsed) return failure(parsed.problem);
  await bridge.settled();
  const result = await annotate(bridge.editor, parsed.request);
  if ('noTrace' in result) return failure(result.noTrace);
  return result.result === 'refused' ? failure(result.message) : answer(result.message, { ...result });
}

function answer(text: string, structuredContent: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text }], structuredContent };
}

function failure(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] };
}
