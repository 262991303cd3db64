import {
  ApiFailure,
  get,
  getHealth,
  type Backend,
  type Catalog,
  type Health,
  type Model,
  type Pull,
  type RuntimeStatus,
  type Settings,
  type Trace,
} from './api.ts';
import { byId, setText } from './dom.ts';
import { downloadsPart } from './downloads-part.ts';
import { healthPart } from './health-part.ts';
import { modelsPart } from './models-part.ts';
import { ask, notify, type PageTools } from './page-tools.ts';
import { resetPart } from './reset-part.ts';
import { runtimePart } from './runtime-part.ts';
import { settingsPart } from './settings-part.ts';
import { tracesPart } from './traces-part.ts';

const BUSY_MS = 700;
const IDLE_MS = 5_000;
const TRACES = 20;
const TEAM_TRACES_MS = 4_000;

const tools: PageTools = {
  ask,
  async run(work) {
    try {
      await work();
    } catch (cause) {
      notify(wordsOf(cause));
    }
    await refresh();
  },
};

const parts = {
  health: healthPart(),
  runtime: runtimePart(tools),
  models: modelsPart(tools),
  downloads: downloadsPart(tools),
  traces: tracesPart(),
  settings: settingsPart(tools),
};
resetPart(tools);

/** Whether something changes by itself that is worth looking at often. */
let isBusy = false;
let looking: Promise<void> | undefined;
let next: ReturnType<typeof setTimeout> | undefined;

/** Shows what is now; one look at a time. */
function refresh(): Promise<void> {
  looking ??= look()
    .then(
      () => setText(byId('live'), `as of ${new Date().toLocaleTimeString()}`),
      (cause: unknown) => setText(byId('live'), `▲ not up to date: ${wordsOf(cause)}`),
    )
    .finally(() => {
      looking = undefined;
      clearTimeout(next);
      if (!document.hidden) next = setTimeout(() => void refresh(), isBusy ? BUSY_MS : IDLE_MS);
    });
  return looking;
}

async function look(): Promise<void> {
  const [health, { runtime, models }, { pulls }, { backends }, catalog] = await Promise.all([
    getHealth(),
    get<{ runtime: RuntimeStatus; models: readonly Model[] }>('models'),
    get<{ pulls: readonly Pull[] }>('pulls'),
    get<{ backends: readonly Backend[] }>('backends'),
    get<Catalog>('catalog'),
  ]);
  parts.health.update(health);
  parts.runtime.update(runtime, backends);
  parts.models.update(runtime, models);
  parts.downloads.update(pulls, catalog);
  isBusy = runtime.state === 'starting' || pulls.some(({ state }) => state === 'pulling');
  await Promise.all([
    areTracesDue(health) &&
      orExplain(
        parts.traces,
        () => true,
        async () => {
          const { spans } = await get<{ spans: readonly Trace[] }>(`traces?limit=${TRACES}`);
          parts.traces.update(spans);
        },
      ),
    orExplain(parts.settings, isAbsent, async () => parts.settings.update(await get<Settings>('config'))),
  ]);
}

let tracesAskedAtMs = -Infinity;

/** In team mode it is the server that is asked, which may pay for each question. */
function areTracesDue({ mode }: Health): boolean {
  const nowMs = performance.now();
  if (mode === 'team' && nowMs - tracesAskedAtMs < TEAM_TRACES_MS) return false;
  tracesAskedAtMs = nowMs;
  return true;
}

/** What only the team's server knows, or has, is explained in the place where it would be. */
async function orExplain(
  part: { explain(why: string): void },
  isExplained: (failure: ApiFailure) => boolean,
  show: () => Promise<void>,
): Promise<void> {
  try {
    await show();
  } catch (cause) {
    if (!(cause instanceof ApiFailure) || !isExplained(cause)) throw cause;
    part.explain(cause.message);
  }
}

function isAbsent({ status }: ApiFailure): boolean {
  return status === 404;
}

function wordsOf(cause: unknown): string {
  if (cause instanceof ApiFailure) return cause.message;
  return 'Candela does not answer';
}

void refresh();
document.addEventListener('visibilitychange', () => void (document.hidden || refresh()));
// Says that something has changed; a lost connection is taken up again by itself, and the clock looks meanwhile.
new EventSource('/_local/api/events').addEventListener('change', () => void refresh());
