import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

/**
 * `node scripts/providers-table.ts`: runs the tests that put real SDKs in front of Candela, and writes what they
 * showed into `docs/providers.md`. Fails if a test failed, or if a cell's tests are not there any more.
 */

export const COLUMNS = [
  ...(['JSON', 'stream', 'tools', 'images', 'cache', 'usage', 'errors', 'abort', 'cost'] as const),
];
type Column = (typeof COLUMNS)[number];

/** The full titles of the tests that a mark stands for; or why there are none. */
type Cell = readonly RegExp[] | string;

export interface ProviderRow {
  readonly name: string;
  /** The packages that its tests call it with. */
  readonly sdks: string;
  readonly cells: Readonly<Record<Column, Cell>>;
}

const SUITES = [
  'test/sdk/conformance.test.ts',
  'test/sdk/*-features.test.ts',
  'test/sdk/claude-*.test.ts',
  'test/sdk/gemini*.test.ts',
  'test/sdk/prompt-caching.test.ts',
  'test/sdk/openai-for-anthropic.test.ts',
  'test/gateway/cost.test.ts',
  'test/gateway/local-models.test.ts',
];

const DIRECT = 'an SDK cannot tell Candela from its provider at /proxy/<provider>';
const TRANSLATED = 'Claude on Vertex AI, for clients of OpenAI';
const COSTS = 'what a call costs';

/** What the SDK of OpenAI is put through with every provider that it can ask. */
function openAiFeatures(provider: string): Record<Exclude<Column, 'JSON' | 'stream'>, readonly RegExp[]> {
  const start = `the SDK of OpenAI with ${provider}`;
  const cached = titled(`${start} is told what was cached, and pays the price for it, streamed or not`);
  return {
    tools: [titled(`${start} calls tools, several at once, whole and in a stream`)],
    images: [titled(`${start} takes images, which arrive as they were sent and are paid for`)],
    cache: [cached],
    usage: [titled(`${start} is told the usage of a stream if it asks`), cached],
    errors: [titled(`${start} fails as it would without Candela, for nothing`)],
    abort: [titled(`${start} ends the model’s work when it hangs up`)],
    cost: [cached],
  };
}

const openai = openAiFeatures('openai');
const geminiOai = openAiFeatures('gemini-oai');
const local = openAiFeatures('local');

/** The whole table: what is in no cell here is not claimed. */
export const PROVIDERS: readonly ProviderRow[] = [
  {
    name: 'openai',
    sdks: '`openai`',
    cells: {
      ...openai,
      JSON: [titled(`${DIRECT} openai (chat|responses|completions), JSON (plain|compressed): the SDK`)],
      stream: [titled(`${DIRECT} openai (chat|responses|completions), stream.* (plain|split): the SDK`)],
      errors: [...openai.errors, titled(`${DIRECT} openai .* (rate limited|cut|no answer in time): the SDK`)],
      abort: [...openai.abort, titled(`${DIRECT} openai .* stalled until the client gives up`)],
      cost: [...openai.cost, titled(`${COSTS} (chat|responses)`)],
    },
  },
  {
    name: 'google (Gemini API)',
    sdks: '`@google/genai`',
    cells: {
      JSON: [titled('Gemini JSON, (plain|split): Google’s SDK')],
      stream: [
        titled('Gemini stream, (plain|split): Google’s SDK'),
        titled('Gemini stream as a JSON array .* the same bytes'),
      ],
      tools: [titled('Gemini tools(, stream)?, (plain|split): Google’s SDK')],
      images: [titled('Gemini images, (plain|split): Google’s SDK'), titled('Gemini images reaches Google')],
      cache: [titled('Gemini costs .*: the list price')],
      usage: [titled('Gemini costs .*: the list price'), titled('Gemini costs .*: something, if')],
      errors: [titled('Gemini .*, (rate limited|broken off): Google’s SDK')],
      abort: [titled('Gemini .* left by its client: the same bytes')],
      cost: [titled('Gemini costs')],
    },
  },
  {
    name: 'google (Vertex AI)',
    sdks: '`@google/genai`',
    cells: {
      JSON: [titled('Gemini JSON: the same from Vertex AI')],
      stream: [titled('Gemini stream: the same from Vertex AI')],
      tools: [titled('Gemini tools(, stream)?: the same from Vertex AI')],
      images: [titled('Gemini images: the same from Vertex AI')],
      cache: [titled('Gemini costs .*: the same on Vertex AI')],
      usage: [titled('Gemini costs .*: the same on Vertex AI')],
      errors: [titled('Gemini .*, (rate limited|broken off): fails on Vertex AI')],
      abort: [titled('Gemini ends the model’s work on Vertex AI when the client hangs up')],
      cost: [titled('Gemini costs .*: the same on Vertex AI')],
    },
  },
  {
    name: 'gemini-oai',
    sdks: '`openai`',
    cells: {
      ...geminiOai,
      JSON: [titled('Gemini in OpenAI’s format JSON (plain|\\[fault split\\]): the SDK')],
      stream: [titled('Gemini in OpenAI’s format stream.* (plain|\\[fault split\\]): the SDK')],
      errors: [
        ...geminiOai.errors,
        titled('Gemini in OpenAI’s format .* \\[fault (status|cut).*\\]: the SDK'),
      ],
      cost: [...geminiOai.cost, titled('Gemini in OpenAI’s format costs the list price')],
    },
  },
  {
    name: 'anthropic (Vertex AI, translated)',
    sdks: '`openai`',
    cells: {
      JSON: [
        titled(`${TRANSLATED} answers a chat`),
        titled(`${TRANSLATED} asks Vertex AI in its own form`),
        titled(`${TRANSLATED} tells Vertex AI nothing of what a client says to OpenAI`),
        titled(`${TRANSLATED} tells an answer that met its limit`),
      ],
      stream: [
        titled(`${TRANSLATED} streams the same text`),
        titled(`${TRANSLATED} tells an answer that met its limit`),
        titled(`${TRANSLATED} ends a stream`),
      ],
      tools: [titled(`${TRANSLATED} calls tools`), titled(`${TRANSLATED} takes tool results and images`)],
      images: [titled(`${TRANSLATED} takes tool results and images`)],
      cache: [titled(`${TRANSLATED} what it costs is told in OpenAI’s words`), cachedBy('anthropic')],
      usage: [titled(`${TRANSLATED} streams the same text, and its usage if asked`)],
      errors: [titled(`${TRANSLATED} what goes wrong`)],
      abort: [titled(`${TRANSLATED} what it costs is something when the client hangs up`)],
      cost: [titled(`${TRANSLATED} what it costs`)],
    },
  },
  {
    name: 'anthropic-vertex',
    sdks: '`@anthropic-ai/vertex-sdk`, `@anthropic-ai/sdk`',
    cells: claude('Claude on Vertex AI', {
      marks: cachedBy('anthropic-vertex'),
      abort: [titled('the SDK of Anthropic with anthropic-vertex ends the model’s work')],
    }),
  },
  {
    name: 'anthropic-direct',
    sdks: '`@anthropic-ai/sdk`',
    cells: {
      JSON: [titled(`${DIRECT} anthropic messages, JSON (plain|compressed): the SDK`)],
      stream: [titled(`${DIRECT} anthropic messages, stream (plain|split): the SDK`)],
      tools: [titled('the SDK of Anthropic with anthropic-direct calls tools')],
      images: [titled('the SDK of Anthropic with anthropic-direct takes images')],
      cache: [
        titled('the SDK of Anthropic with anthropic-direct is told what was cached'),
        cachedBy('anthropic-direct'),
      ],
      usage: [titled('the SDK of Anthropic with anthropic-direct is told what was cached')],
      errors: [titled(`${DIRECT} anthropic .* (rate limited|cut|no answer in time): the SDK`)],
      abort: [titled('the SDK of Anthropic with anthropic-direct ends the model’s work')],
      cost: [
        titled(`${COSTS} messages`),
        titled(`${COSTS} an answer that breaks off a message stream`),
        titled('the SDK of Anthropic with anthropic-direct pays for conversations that were shortened'),
      ],
    },
  },
  {
    name: 'anthropic-bedrock',
    sdks: '`@anthropic-ai/bedrock-sdk`, `@anthropic-ai/sdk`',
    cells: claude('Claude on AWS Bedrock', {
      marks: cachedBy('anthropic-bedrock'),
      abort: [titled('Claude on AWS Bedrock ends the model’s work when the client hangs up')],
    }),
  },
  {
    name: 'local',
    sdks: '`openai`',
    cells: {
      ...local,
      JSON: [titled('models of the local runtime are asked instead of a remote one')],
      stream: [titled('models of the local runtime stream as they would without Candela')],
      cost: [...local.cost, titled('models of the local runtime are asked instead of a remote one')],
    },
  },
  forAnthropic('openai'),
  forAnthropic('gemini-oai'),
  forAnthropic('local'),
];

/** Models in OpenAI's format, asked in Anthropic's. */
function forAnthropic(provider: string): ProviderRow {
  const its = (title: string): RegExp[] => [
    titled(`models in OpenAI’s format, for clients of Anthropic with ${provider} ${title}`),
  ];
  const met = its('tells an answer that met its limit');
  const costs = its('tells the usage in Anthropic’s terms, and costs the list price, streamed or not');
  return {
    name: `${provider}, at /v1/messages (translated)`,
    sdks: '`@anthropic-ai/sdk`',
    cells: {
      JSON: [...its('answers with a message'), ...met],
      stream: [...its('streams the same message'), ...met],
      tools: its('calls tools'),
      images: its('takes images and the results of tools'),
      cache: costs,
      usage: costs,
      errors: [...its('fails in Anthropic’s words'), ...its('does not make a stream that breaks off')],
      abort: its('ends the model’s work'),
      cost: costs,
    },
  };
}

/** Candela asks for the cache where the client does not. */
function cachedBy(provider: string): RegExp {
  return titled(`prompt caching ${provider}, (whole|streamed): marks`);
}

function claude(
  suite: string,
  { abort, marks }: Pick<ProviderRow['cells'], 'abort'> & { readonly marks: RegExp },
): ProviderRow['cells'] {
  const sdk = (call: string): RegExp[] => [
    titled(`${suite} the SDK for .* cannot tell Candela from \\w+ ${call}$`),
    titled(`${suite} the SDK of Anthropic gets what the one for .* gets ${call}$`),
  ];
  return {
    JSON: sdk('JSON'),
    stream: sdk('stream(, split)?'),
    tools: sdk('tools(, stream)?'),
    images: sdk('images'),
    cache: [...sdk('cache'), marks],
    usage: [titled(`${suite} what it costs is the list price to the nano-dollar, streamed or not`)],
    errors: sdk('(rate limited|a stream that is cut)'),
    abort,
    cost: [titled(`${suite} what it costs`)],
  };
}

function titled(pattern: string): RegExp {
  return new RegExp(`^${pattern}`);
}

interface TestResult {
  readonly fullTitle: string;
  /** Empty if it passed. */
  readonly err: object;
}

interface MochaReport {
  readonly tests: readonly TestResult[];
  readonly pending: readonly TestResult[];
}

const root = fileURLToPath(new URL('..', import.meta.url));

function runSuites(): MochaReport {
  const folder = mkdtempSync(join(tmpdir(), 'candela-providers-'));
  const file = join(folder, 'report.json');
  try {
    const reporting = ['--reporter', 'json', '--reporter-option', `output=${file}`, '--timeout', '20000'];
    spawnSync(process.execPath, [join('node_modules', 'mocha', 'bin', 'mocha.js'), ...reporting, ...SUITES], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, METADATA_SERVER_DETECTION: 'none' },
    });
    return JSON.parse(readFileSync(file, 'utf8')) as MochaReport;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The table, and what is wrong with it. */
function tableOf({ tests, pending }: MochaReport): { readonly text: string; readonly problems: string[] } {
  const skipped = new Set(pending.map(({ fullTitle }) => fullTitle));
  const problems: string[] = [];
  const reasons: string[] = [];
  const used = new Set<string>();
  const markOf = (cell: Cell, place: string): string => {
    if (typeof cell === 'string') return `– [${reasons.push(cell)}]`;
    for (const pattern of cell) {
      const found = tests.filter(({ fullTitle }) => pattern.test(fullTitle) && !skipped.has(fullTitle));
      for (const { fullTitle } of found) used.add(fullTitle);
      const failed = found.filter(({ err }) => Object.keys(err).length > 0);
      if (found.length > 0 && failed.length === 0) continue;
      problems.push(`${place}: ${failed[0]?.fullTitle ?? `no test ran whose title is ${String(pattern)}`}`);
      return '✗';
    }
    return '✓';
  };
  const rows = PROVIDERS.map(({ name, sdks, cells }) => {
    const marks = COLUMNS.map((column) => markOf(cells[column], `${name}, ${column}`));
    return `| ${[name, ...marks, sdks].join(' | ')} |`;
  });
  const notes = reasons.map((reason, index) => `- [${index + 1}]: ${reason}.`);
  const text = [
    `| ${['Provider', ...COLUMNS, 'called with'].join(' | ')} |`,
    `| ${['---', ...COLUMNS.map(() => ':-:'), '---'].join(' | ')} |`,
    ...rows,
    '',
    ...notes,
    '',
    `${used.size} tests stand behind these marks.`,
  ].join('\n');
  return { text, problems };
}

async function writeTable(text: string): Promise<void> {
  const file = join(root, 'docs', 'providers.md');
  const page = readFileSync(file, 'utf8').replace(
    /(?<=<!-- table -->\n)[^]*(?=<!-- end of the table -->)/,
    () => `\n${text}\n\n`,
  );
  writeFileSync(file, await format(page, { ...(await resolveConfig(file)), filepath: file }));
}

if (import.meta.main) {
  const { text, problems } = tableOf(runSuites());
  await writeTable(text);
  process.stdout.write([...problems, `${problems.length} cells are not shown\n`].join('\n'));
  if (problems.length > 0) process.exitCode = 1;
}
