import path from 'node:path';
import { labelsHeader, type CallLabels } from '../../client/connection/labels-header.ts';

export interface AgentLaunch {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * How a terminal agent is started so that its calls go to the gateway. Most read an address from the environment and
 * cannot be given headers, so the labels are in the address.
 *
 * - Anthropic's SDKs and Claude Code: `ANTHROPIC_BASE_URL`, to which they add `/v1/messages` and, for counting
 *   tokens, what only a provider by name answers. https://code.claude.com/docs/en/env-vars
 * - OpenAI's SDKs: `OPENAI_BASE_URL`, with `/v1`; aider: `OPENAI_API_BASE`.
 *   https://aider.chat/docs/llms/openai-compat.html
 * - Google's SDK and Gemini CLI: `GOOGLE_GEMINI_BASE_URL`, to which they add `/v1beta/…`.
 *   https://github.com/google-gemini/gemini-cli/issues/6746
 */
export function agentLaunch(options: {
  /** The gateway's address, without a slash at its end. */
  readonly url: string;
  readonly labels: CallLabels;
  /** The one provider that speaks Anthropic's format; undefined leaves the choice to the model's name. */
  readonly anthropicProvider: string | undefined;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}): AgentLaunch {
  const { args, env, anthropicProvider } = options;
  const base = labelledUrl(options.url, options.labels);
  const addresses: Addresses = {
    openai: `${base}/v1`,
    anthropic: anthropicProvider === undefined ? base : `${base}/proxy/${anthropicProvider}`,
    google: `${base}/proxy/google`,
  };
  const launch: AgentLaunch = {
    args,
    env: {
      ...env,
      OPENAI_BASE_URL: addresses.openai,
      OPENAI_API_BASE: addresses.openai,
      ANTHROPIC_BASE_URL: addresses.anthropic,
      GOOGLE_GEMINI_BASE_URL: addresses.google,
    },
  };
  return OWN_WAYS[programName(options.command)]?.(addresses, launch) ?? launch;
}

/** `/opt/bin/claude` and `claude.cmd` are `claude`. */
export function programName(command: string): string {
  return path.basename(command).replace(/\.(?:exe|cmd|bat)$/i, '');
}

/** @returns `<url>/with/<labels>`, or the address alone where there are none. */
function labelledUrl(url: string, labels: CallLabels): string {
  if (Object.keys(labels).length === 0) return url;
  // Equals sign and comma may stand in a path as they are (RFC 3986, section 3.3), and read better.
  const segment = encodeURIComponent(labelsHeader(labels)).replaceAll('%3D', '=').replaceAll('%2C', ',');
  return `${url}/with/${segment}`;
}

/** Base URLs, each as its vendor's SDK takes it. */
interface Addresses {
  readonly openai: string;
  readonly anthropic: string;
  readonly google: string;
}

type OwnWay = (addresses: Addresses, launch: AgentLaunch) => AgentLaunch;

/** Programs that do not go by the environment. */
const OWN_WAYS: Readonly<Partial<Record<string, OwnWay>>> = {
  // Warns of OPENAI_BASE_URL and ignores it. https://github.com/openai/codex/issues/16719
  codex: ({ openai }, { args, env }) => ({
    args: ['-c', `openai_base_url=${JSON.stringify(openai)}`, ...args],
    env: { ...env, OPENAI_BASE_URL: undefined },
  }),
  // Takes more configuration from the environment, as JSON; the developer's own stays as it is.
  opencode: (addresses, { args, env }) => ({
    args,
    env: {
      ...env,
      OPENCODE_CONFIG_CONTENT: env['OPENCODE_CONFIG_CONTENT'] ?? JSON.stringify(openCodeConfig(addresses)),
    },
  }),
};

/** https://opencode.ai/docs/providers#base-url */
function openCodeConfig({ openai, anthropic, google }: Addresses): object {
  const at = (baseURL: string): object => ({ options: { baseURL } });
  return {
    provider: {
      anthropic: at(`${anthropic}/v1`),
      openai: at(openai),
      google: at(`${google}/v1beta`),
    },
  };
}
