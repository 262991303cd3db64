import { post, type Catalog, type CatalogModel, type Pull } from './api.ts';
import { button, byId, h, KeyedList, setText, type Row } from './dom.ts';
import { formatBytes } from './format.ts';
import type { PageTools } from './page-tools.ts';

const STATES = {
  pulling: ['downloading', 'busy'],
  done: ['complete', 'good'],
  failed: ['failed', 'bad'],
  cancelled: ['cancelled', ''],
  interrupted: ['interrupted', ''],
} as const;

/** Downloads: starting one, how they go, and what is worth one. */
export function downloadsPart(tools: PageTools): {
  update(pulls: readonly Pull[], catalog: Catalog): void;
} {
  const input = h('input', {
    ...{ 'aria-label': 'Model to download', placeholder: 'llama3.2:3b', required: '', id: 'pull-model' },
    ...{ class: 'grow', autocomplete: 'off', spellcheck: 'false' },
  });
  const form = h('form', { class: 'row' }, input, h('button', { class: 'main' }, 'Download'));
  const download = (model: string): Promise<void> => tools.run(() => post('pull', { model }));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const model = input.value;
    input.value = '';
    void download(model);
  });
  const list = h('ul', { class: 'list', id: 'pulls' });
  const rows = new KeyedList<Pull>(
    list,
    ({ backend, model }) => `${backend}\n${model}`,
    () => pullRow(tools, download),
  );
  const worth = h('ul', { class: 'list' });
  const source = h('p', { class: 'muted small' });
  const offered = new KeyedList<CatalogModel>(
    worth,
    ({ id }) => id,
    (id) => offerRow(id, tools, download),
  );
  byId('downloads').append(
    form,
    list,
    h('details', { id: 'catalog' }, h('summary', {}, 'Models worth a try'), worth, source),
  );
  return {
    update(pulls, catalog) {
      rows.update(pulls);
      list.hidden = pulls.length === 0;
      offered.update(catalog.models);
      setText(
        source,
        `Sizes as of ${catalog.as_of}, from ${catalog.source}; the registry has the last word.`,
      );
    },
  };
}

function pullRow({ run }: PageTools, download: (model: string) => Promise<void>): Row<Pull> {
  const title = h('h3', { class: 'grow' });
  const state = h('span', { class: 'state' });
  const bar = h('progress', { max: '100' });
  const amount = h('p', { class: 'muted small grow' });
  const problem = h('p', { class: 'problem small', hidden: '' });
  let now: Pull | undefined;
  const act = button('Cancel', () => {
    if (now === undefined) return;
    const { model, state: at } = now;
    void (at === 'pulling' ? run(() => post('pull/cancel', { model })) : download(model));
  });
  return {
    element: h(
      'li',
      {},
      h('div', { class: 'row' }, title, state),
      bar,
      h('div', { class: 'row' }, amount, act),
      problem,
    ),
    update(pull) {
      now = pull;
      const [word, look] = STATES[pull.state];
      setText(title, pull.model);
      setText(state, word);
      state.className = `state ${look}`;
      bar.value = pull.percent;
      bar.setAttribute('aria-label', `Download of ${pull.model}`);
      bar.hidden = pull.state === 'done' || (pull.state !== 'pulling' && pull.percent === 0);
      setText(amount, amountText(pull));
      act.hidden = pull.state === 'done';
      const what = pull.state === 'pulling' ? 'Cancel' : pull.percent > 0 ? 'Resume' : 'Try again';
      setText(act, what);
      act.setAttribute('aria-label', `${what} ${pull.model}`);
      setText(problem, pull.error ?? '');
      problem.hidden = pull.error === undefined;
    },
  };
}

function amountText({
  state,
  percent,
  completed_bytes: completed,
  total_bytes: total,
  detail,
}: Pull): string {
  if (total === 0) return detail ?? '';
  if (state === 'done') return formatBytes(total);
  const amount = `${percent} % · ${formatBytes(completed)} of ${formatBytes(total)}`;
  return detail === undefined || detail === 'downloading' ? amount : `${amount} · ${detail}`;
}

function offerRow(
  id: string,
  { run }: PageTools,
  download: (model: string) => Promise<void>,
): Row<CatalogModel> {
  const title = h('h3', { class: 'grow' });
  const facts = h('p', { class: 'muted small' });
  let isPinned = false;
  const pin = button('Pin', () => void run(() => post('catalog/pin', { model: id, pinned: !isPinned })), {
    'aria-label': `Show ${id} first`,
  });
  return {
    element: h(
      'li',
      {},
      title,
      h(
        'div',
        { class: 'row' },
        h('div', { class: 'grow' }, facts),
        pin,
        button('Download', () => void download(id), { 'aria-label': `Download ${id}` }),
      ),
    ),
    update(model) {
      isPinned = model.pinned;
      setText(title, `${isPinned ? '★ ' : ''}${model.name}`);
      setText(facts, `${model.description} · ${model.size_hint}`);
      setText(pin, isPinned ? 'Unpin' : 'Pin');
      pin.setAttribute('aria-pressed', String(isPinned));
    },
  };
}
