import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { logLevelFrom, portFrom, switchFrom, type Env } from '../config/environment.ts';
import { readConfig } from '../config/read-config.ts';
import {
  aws,
  captureContent,
  httpAddress,
  pricing,
  providerEntry,
  timeZone,
  vertexAi,
  type ProviderEntry,
} from '../config/shared-schema.ts';
import type { ConfiguredRuntime } from '../runtimes/open-runtimes.ts';
import { RUNTIME_BACKENDS } from '../runtimes/usual-upstreams.ts';
import { configuredRuntime, isLocalRuntimeAt, refuseOwnPort, withLocalRuntime } from './local-runtime.ts';
import { googleClientFrom, type GoogleClient } from './sign-in/google-client.ts';
import { identityModeOf } from './team/identity-mode.ts';
import type { IdentityMode } from './team/remote-identity.ts';

const LM_STUDIO_PORT = 1234;

const port = z.number().int().min(0).max(65_535);

/** The local part of contract section 9, as far as it is built. */
const schema = z.strictObject({
  port: port.optional(),
  lm_studio_port: port.optional(),
  runtime_backend: z.enum(RUNTIME_BACKENDS).optional(),
  local_upstream: httpAddress.optional(),
  providers: z.array(providerEntry).optional(),
  vertex_ai: vertexAi.optional(),
  aws: aws.optional(),
  remote: httpAddress.optional(),
  audience: z.string().min(1).optional(),
  iap_service_account: z.email().optional(),
  auth: z
    .strictObject({ google_client_id: z.string().min(1), google_client_secret: z.string().min(1) })
    .optional(),
  state_db_path: z.string().min(1).optional(),
  budget: z
    .strictObject({
      daily_usd: z.number().positive().max(1_000_000).optional(),
      timezone: timeZone.optional(),
    })
    .optional(),
  pricing: pricing.optional(),
  capture_content: captureContent.optional(),
  labels: z.boolean().optional(),
});

export interface LocalConfig {
  /** `CANDELA_HOME`: everything Candela keeps on this machine. */
  readonly home: string;
  /** 0: any free port. */
  readonly port: number;
  /** `undefined`: switched off. */
  readonly lmStudioPort: number | undefined;
  readonly logLevel: string;
  readonly providers: readonly ProviderEntry[];
  readonly runtime: ConfiguredRuntime;
  readonly vertexAi: z.infer<typeof vertexAi> | undefined;
  readonly aws: z.infer<typeof aws> | undefined;
  /** Team mode: the server that calls and services are forwarded to. */
  readonly remote: string | undefined;
  /** How the server learns who calls. */
  readonly identity: IdentityMode;
  /** The OAuth client that `candela auth login` signs in with. */
  readonly googleClient: GoogleClient | undefined;
  readonly statePath: string;
  readonly tracesPath: string;
  readonly budget: { readonly dailyUsd: number | undefined; readonly timeZone: string };
  readonly pricing: z.infer<typeof pricing>;
  /** Whether spans keep what was asked and answered. */
  readonly capturesContent: boolean;
  /** Whether `candela wrap` labels calls with the names of repository, branch and program. */
  readonly labels: boolean;
}

/**
 * The configuration of a developer's machine: `$CANDELA_CONFIG`, else `~/.config/candela/config.yaml` if it is
 * there; the environment overrides the file.
 *
 * @throws ConfigError
 */
export function loadLocalConfig(env: Env): LocalConfig {
  const home = env['CANDELA_HOME'] || join(homedir(), '.candela');
  const file = readConfig(env, join(homedir(), '.config', 'candela', 'config.yaml'), schema);
  const runtime = { runtimeBackend: file.runtime_backend, localUpstream: file.local_upstream };
  const providers = withLocalRuntime({ ...runtime, providers: file.providers });
  const ownPort = portFrom(env, 'CANDELA_PORT') ?? file.port ?? 8181;
  refuseOwnPort(ownPort, 'port', providers);
  return {
    home,
    port: ownPort,
    lmStudioPort: lmStudioPortFrom(portFrom(env, 'CANDELA_LM_STUDIO_PORT') ?? file.lm_studio_port, providers),
    logLevel: logLevelFrom(env),
    providers,
    runtime: configuredRuntime(runtime, providers),
    vertexAi: file.vertex_ai,
    aws: file.aws,
    remote: file.remote,
    identity: identityModeOf({
      ...{ remote: file.remote, audience: file.audience, iapServiceAccount: file.iap_service_account },
    }),
    googleClient: googleClientFrom(env, file.auth),
    statePath: file.state_db_path ?? join(home, 'state.db'),
    tracesPath: join(home, 'traces.db'),
    budget: { dailyUsd: file.budget?.daily_usd, timeZone: file.budget?.timezone ?? 'UTC' },
    pricing: file.pricing ?? {},
    capturesContent: file.capture_content ?? true,
    labels: switchFrom(env, 'CANDELA_LABELS') ?? file.labels ?? true,
  };
}

/** 0 switches the port off, as does a runtime that is at LM Studio's port itself. @throws ConfigError */
function lmStudioPortFrom(
  configured: number | undefined,
  providers: readonly ProviderEntry[],
): number | undefined {
  if (configured === 0) return undefined;
  if (configured !== undefined) refuseOwnPort(configured, 'lm_studio_port', providers);
  const taken = configured ?? LM_STUDIO_PORT;
  return isLocalRuntimeAt(taken, providers) ? undefined : taken;
}
