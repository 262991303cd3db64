import type { ConnectRouter, ConnectRouterOptions } from '@connectrpc/connect';
import { AnnotationService } from '@candela/proto/v1/annotation_service';
import { DashboardService } from '@candela/proto/v1/dashboard_service';
import { IngestionService } from '@candela/proto/v1/ingestion_service';
import { ModelCatalogService } from '@candela/proto/v1/model_catalog_service';
import { RuntimeService } from '@candela/proto/v1/runtime_service';
import { TraceService } from '@candela/proto/v1/trace_service';
import { UserService } from '@candela/proto/v1/user_service';
import type { Identify } from '../gateway/gates/identity.ts';
import { annotationService, type AnnotationServiceDeps } from './annotation-service.ts';
import { identifyCaller } from './caller-context.ts';
import { dashboardService, type DashboardServiceDeps } from './dashboard-service.ts';
import { ingestionService, type IngestionServiceDeps } from './ingestion-service.ts';
import { modelCatalogService, type ModelCatalogServiceDeps } from './model-catalog-service.ts';
import { runtimeService, type RuntimeServiceDeps } from './runtime-service.ts';
import { traceService, type TraceServiceDeps } from './trace-service.ts';
import { userService, type UserServiceDeps } from './user-service.ts';
import { validateRequests } from './validate-requests.ts';

export type ServiceDeps = AnnotationServiceDeps &
  DashboardServiceDeps &
  IngestionServiceDeps &
  ModelCatalogServiceDeps &
  RuntimeServiceDeps &
  TraceServiceDeps &
  UserServiceDeps;

/** No request of these services needs more; what is larger is refused before it is read to its end. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** How every host mounts the services: who calls is found out first, then the message is validated. */
export function rpcOptions(identify: Identify): ConnectRouterOptions {
  return {
    interceptors: [identifyCaller(identify), validateRequests()],
    readMaxBytes: MAX_MESSAGE_BYTES,
  };
}

/** The services that a developer's machine and a server share. */
export function registerServices(deps: ServiceDeps): (router: ConnectRouter) => void {
  return (router) => {
    router.service(AnnotationService, annotationService(deps));
    router.service(DashboardService, dashboardService(deps));
    router.service(IngestionService, ingestionService(deps));
    router.service(ModelCatalogService, modelCatalogService(deps));
    router.service(RuntimeService, runtimeService(deps));
    router.service(TraceService, traceService(deps));
    router.service(UserService, userService(deps));
  };
}
