import { createClient, type Client, type Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { DashboardService } from '@candela/proto/v1/dashboard_service';
import { TraceService } from '@candela/proto/v1/trace_service';
import { UserService } from '@candela/proto/v1/user_service';
import { FAKE_OPENAI_KEY } from '../fakes/provider/start.ts';

/** The services as an editor reaches them. */
export function clientsAt(url: string): {
  readonly users: Client<typeof UserService>;
  readonly traces: Client<typeof TraceService>;
  readonly dashboard: Client<typeof DashboardService>;
} {
  const transport: Transport = createConnectTransport({
    baseUrl: url,
    httpVersion: '1.1',
    useBinaryFormat: false,
  });
  return {
    users: createClient(UserService, transport),
    traces: createClient(TraceService, transport),
    dashboard: createClient(DashboardService, transport),
  };
}

/** What 1000 tokens in and 50 out cost at the list price of `gpt-4o-mini`: 0.15 and 0.60 USD per million. */
export const CALL_COST_USD = 0.00018;

const USAGE = '[usage in=1000 out=50]';

/** One chat with `gpt-4o-mini`, as any OpenAI client sends it; `directives` are the fake provider's. */
export function chatAt(
  url: string,
  { directives = '', stream = false }: { readonly directives?: string; readonly stream?: boolean } = {},
): Promise<Response> {
  return fetch(`${url}/proxy/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${FAKE_OPENAI_KEY}` },
    body: JSON.stringify({
      model: 'gpt-4o-mini',
      max_tokens: 100,
      messages: [{ role: 'user', content: `Hello ${USAGE} ${directives}` }],
      ...(stream && { stream: true, stream_options: { include_usage: true } }),
    }),
  });
}
