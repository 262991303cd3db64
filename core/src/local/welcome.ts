import type { Daemon } from './daemon.ts';
import { DEMO_MODEL } from './demo/demo-provider.ts';

/** What `candela run` says once it runs: where to point a tool, a call to try, and where the budget shows. */
export function welcomeText(
  daemon: Pick<Daemon, 'url' | 'lmStudioUrl'>,
  setup: { readonly demo: boolean; readonly home: string; readonly remote: string | undefined },
): string {
  const { url, lmStudioUrl } = daemon;
  const model = setup.demo ? DEMO_MODEL : 'gpt-4o-mini';
  const key = setup.demo ? '' : ` \\\n      -H "authorization: Bearer $OPENAI_API_KEY"`;
  return `
Candela is running at ${url}${lmStudioUrl === undefined ? '' : ` and ${lmStudioUrl}`}
${setup.remote === undefined ? `  everything it keeps is below ${setup.home}` : `  calls and budget: ${setup.remote}`}

Point a tool at it:
  OpenAI clients      OPENAI_BASE_URL=${url}/proxy/openai/v1
  Anthropic clients   ANTHROPIC_BASE_URL=${url}/proxy/anthropic-direct
  or, by model name   ${url}/v1

Try a call:
  curl ${url}/v1/chat/completions -H 'content-type: application/json'${key} \\
      -d '{"model":"${model}","messages":[{"role":"user","content":"Hello"}]}'

See the budget: open ${url}/ or
  curl ${url}/candela.v1.UserService/GetMyBudget -H 'content-type: application/json' -d '{}'

`;
}
