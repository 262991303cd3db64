import { type Client, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { AnnotationService } from '@candela/proto/v1/annotation_service';
import { DashboardService } from '@candela/proto/v1/dashboard_service';
import { TraceService } from '@candela/proto/v1/trace_service';
import { UserService } from '@candela/proto/v1/user_service';

/** The services an editor talks to, all at one address. */
export interface CandelaApi {
  /** Without a slash at the end, e.g. `http://127.0.0.1:8181`. */
  readonly baseUrl: string;
  readonly users: Client<typeof UserService>;
  readonly dashboard: Client<typeof DashboardService>;
  readonly annotations: Client<typeof AnnotationService>;
  readonly traces: Client<typeof TraceService>;
}

/** Opens no connection by itself. Needs only `fetch`, so it works in a browser too. */
export function createCandelaApi(baseUrl: string): CandelaApi {
  const base = baseUrl.replace(/\/+$/, '');
  const transport = createConnectTransport({ baseUrl: base });
  return {
    baseUrl: base,
    users: createClient(UserService, transport),
    dashboard: createClient(DashboardService, transport),
    annotations: createClient(AnnotationService, transport),
    traces: createClient(TraceService, transport),
  };
}
