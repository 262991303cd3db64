/** What a process is made of that hosts Candela's engine: configuration, sockets, log. */
export { configuredCaching } from '../config/caching.ts';
export { configuredProviders } from '../config/providers.ts';
export { logLevelFrom, portFrom, type Env } from '../config/environment.ts';
export { ConfigError } from '../config/parse-config.ts';
export { readConfig } from '../config/read-config.ts';
export {
  aws,
  captureContent,
  httpAddress,
  pricing,
  providerEntry,
  timeZone,
  vertexAi,
  type ProviderEntry,
} from '../config/shared-schema.ts';
export { openEngine, type Engine, type EngineOptions } from '../engine.ts';
export { Refusal, sendRefusal } from '../gateway/errors.ts';
export type { Caller } from '../gateway/gates/identity.ts';
export { isGatewayPath } from '../gateway/route.ts';
export { createDualProtocolServer, type DualProtocolServer } from '../http/dual-protocol-server.ts';
export { ListenError } from '../http/listen-error.ts';
export { crossSiteReason } from '../http/loopback-guard.ts';
export { sendJson } from '../gateway/wire/send-json.ts';
export { sendPage } from '../http/page.ts';
export type { Logger } from '../logger.ts';
export { createLogger } from '../pino-logger.ts';
export { createOtlpSpanExporter, type OtlpExportOptions } from '../spans/otlp/span-exporter.ts';
export { VERSION } from '../version.ts';
