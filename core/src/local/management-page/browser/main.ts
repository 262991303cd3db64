import {
  ApiFailure,
  get,
  getHealth,
  type Backend,
  type Catalog,
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
    orExplain(parts.traces, async () => {
      const { spans } = await get<{ spans: readonly Trace[] }>(`traces?limit=${TRACES}`);
      parts.traces.update(spans);
    }),
    orExplain(parts.settings, async () => parts.settings.update(await get<Settings>('config'))),
  ]);
}

/** What this machine does not have, in team mode, is said in the place where it would be. */
async function orExplain(part: { explain(why: string): void }, show: () => Promise<void>): Promise<void> {
  try {
    await show();
  } catch (cause) {
    if (!(cause instanceof ApiFailure) || cause.status !== 404) throw cause;
    part.explain(cause.message);
  }
}

function wordsOf(cause: unknown): string {
  if (cause instanceof ApiFailure) return cause.message;
  return 'Candela does not answer';
}

void refresh();
document.addEventListener('visibilitychange', () => void (document.hidden || refresh()));
// Says that something has changed; a lost connection is taken up again by itself, and the clock looks meanwhile.
new EventSource('/_local/api/events').addEventListener('change', () => void refresh());
