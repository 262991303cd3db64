import { post, type Model, type RuntimeStatus } from './api.ts';
import { button, byId, h, KeyedList, setText, type Row } from './dom.ts';
import { formatBytes } from './format.ts';
import type { PageTools } from './page-tools.ts';

const USED = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' });

/** The models that the runtime has. */
export function modelsPart(tools: PageTools): {
  update(status: RuntimeStatus, models: readonly Model[]): void;
} {
  const nothing = h('p', { class: 'muted' });
  const list = h('ul', { class: 'list' });
  const rows = new KeyedList<Model>(
    list,
    ({ id }) => id,
    (id) => modelRow(id, tools),
  );
  const load = loadForm(tools);
  byId('models').append(nothing, list, load);
  return {
    update(status, models) {
      rows.update(models);
      nothing.hidden = models.length > 0;
      const isUp = status.state === 'running';
      setText(
        nothing,
        isUp ? 'There is no model yet: download one.' : 'The runtime says which once it runs.',
      );
      // vLLM is started by loading a model, and has no list of what it could load.
      load.hidden = status.backend !== 'vllm';
    },
  };
}

function loadForm({ run }: PageTools): HTMLFormElement {
  const input = h('input', {
    ...{ 'aria-label': 'Model to serve', placeholder: 'Qwen/Qwen3-8B', required: '' },
    ...{ class: 'grow', autocomplete: 'off', spellcheck: 'false' },
  });
  const form = h('form', { class: 'row' }, input, h('button', { class: 'main' }, 'Serve'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run(() => post('load', { model: input.value }));
  });
  return form;
}

function modelRow(id: string, { run, ask }: PageTools): Row<Model> {
  const state = h('span', { class: 'state' });
  const facts = h('p', { class: 'muted small' });
  let isLoaded = false;
  const toggle = button('Load', () => void run(() => post(isLoaded ? 'unload' : 'load', { model: id })));
  const remove = button(
    'Delete…',
    () =>
      void (async () => {
        if (await ask(`Delete ${id} from this machine?`, 'Delete'))
          await run(() => post('delete', { model: id }));
      })(),
    { 'aria-label': `Delete ${id}…` },
  );
  return {
    element: h(
      'li',
      {},
      h('div', { class: 'row' }, h('h3', { class: 'grow' }, id), state),
      h('div', { class: 'row' }, h('div', { class: 'grow' }, facts), toggle, remove),
    ),
    update(model) {
      isLoaded = model.loaded;
      setText(state, isLoaded ? 'in memory' : 'on disk');
      state.className = `state ${isLoaded ? 'good' : ''}`;
      setText(toggle, isLoaded ? 'Unload' : 'Load');
      toggle.setAttribute('aria-label', `${isLoaded ? 'Unload' : 'Load'} ${id}`);
      const size = model.size_bytes > 0 ? formatBytes(model.size_bytes) : '';
      const known = [size, model.parameters, model.quantization, model.family].filter((fact) => fact !== '');
      const used = model.last_used === undefined ? [] : [`used ${USED.format(new Date(model.last_used))}`];
      setText(facts, [...known, ...used].join(' · '));
    },
  };
}
