import { post, type Backend, type RuntimeStatus } from './api.ts';
import { button, byId, h, KeyedList, setText } from './dom.ts';
import { formatUptime } from './format.ts';
import type { PageTools } from './page-tools.ts';

const CLASSES = { stopped: '', starting: 'busy', running: 'good', error: 'bad' } as const;

/** The runtime in use: how it is, starting and stopping it, and which others there are. */
export function runtimePart({ run }: PageTools): {
  update(status: RuntimeStatus, backends: readonly Backend[]): void;
} {
  const state = h('span', { class: 'state' });
  const where = h('span', { class: 'muted small grow' });
  const problem = h('p', { class: 'problem', hidden: '' });
  const choice = h('select', { 'aria-label': 'Runtime to start', id: 'backend' });
  const start = button('Start', () => void run(() => post('start', { backend: choice.value })), {
    class: 'main',
    id: 'start',
  });
  const stop = button('Stop', () => void run(() => post('stop')), { id: 'stop' });
  const list = h('ul', { class: 'list', id: 'backends' });
  const rows = new KeyedList<Backend>(list, ({ name }) => name, backendRow);
  const backendsBox = h('details', {}, h('summary', {}, 'Runtimes on this machine'), list);
  byId('runtime').append(
    h('p', { class: 'row', id: 'runtime-state' }, state, where),
    problem,
    h('div', { class: 'row' }, choice, start, stop),
    backendsBox,
  );
  let shownActive = '';
  return {
    update(status, backends) {
      const active = backends.find(({ name }) => name === status.backend);
      setText(state, `${active?.title ?? status.backend}: ${status.state}`);
      state.className = `state ${CLASSES[status.state]}`;
      setText(where, whereText(status));
      setText(problem, status.error ?? '');
      problem.hidden = status.error === undefined;
      if (choice.options.length !== backends.length) {
        choice.replaceChildren(...backends.map(({ name, title }) => h('option', { value: name }, title)));
      }
      if (shownActive !== status.backend) choice.value = shownActive = status.backend;
      const isUp = status.state === 'running' || status.state === 'starting';
      start.disabled = isUp && choice.value === status.backend;
      stop.disabled = !status.started_by_candela;
      stop.title = isUp && stop.disabled ? 'Candela stops only what it has started' : '';
      rows.update(backends);
    },
  };
}

function whereText({ state, endpoint, uptime_seconds: seconds, started_by_candela: isOurs }: RuntimeStatus) {
  if (state !== 'running') return endpoint;
  return isOurs ? `${endpoint}, up ${formatUptime(seconds)}` : `${endpoint}, started by somebody else`;
}

function backendRow(): { element: HTMLElement; update(backend: Backend): void } {
  const title = h('h3');
  const state = h('span', { class: 'state' });
  const hint = h('p', { class: 'muted small' });
  return {
    element: h('li', {}, h('div', { class: 'row' }, title, state), hint),
    update({ title: name, installed, binary_path: path, install_hint: how }) {
      setText(title, name);
      setText(state, installed ? 'installed' : 'not installed');
      state.className = `state ${installed ? 'good' : ''}`;
      setText(hint, path ?? how ?? '');
    },
  };
}
