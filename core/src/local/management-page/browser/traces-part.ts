import { formatUsd } from '../../../client/figures/figure-format.ts';
import type { Trace } from './api.ts';
import { byId, h } from './dom.ts';

/** On a narrow screen the first ones are seen without scrolling. */
const TITLES = ['Time', 'Model', 'Cost', 'Tokens', 'Took', 'Provider', 'Result'];
const FIRST_FIGURE = 2;
const LAST_FIGURE = 4;

/** The latest calls, with what they cost; in team mode the server is asked, which may not answer. */
export function tracesPart(): { update(traces: readonly Trace[]): void; explain(why: string): void } {
  const note = h('p', { class: 'muted' });
  const body = h('tbody');
  const table = h(
    'table',
    {},
    h('thead', {}, h('tr', {}, ...TITLES.map((title, at) => cell('th', title, at)))),
    body,
  );
  // A wide table scrolls by itself, which a keyboard must be able to do, too.
  const box = h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-labelledby': 'traces-title' },
    table,
  );
  byId('traces').append(note, box);
  let shown = '';
  const say = (text: string): void => {
    note.textContent = text;
    note.hidden = text === '';
    box.hidden = text !== '';
  };
  return {
    update(traces) {
      say(traces.length === 0 ? 'No calls yet.' : '');
      if (shown === JSON.stringify(traces)) return;
      shown = JSON.stringify(traces);
      body.replaceChildren(
        ...traces.map((trace) => h('tr', {}, ...textsOf(trace).map((text, at) => cell('td', text, at)))),
      );
    },
    explain: say,
  };
}

function textsOf(trace: Trace): readonly string[] {
  const { model, provider, status } = trace;
  return [
    new Date(trace.timestamp).toLocaleTimeString(),
    model === '' ? '(no model)' : model,
    formatUsd(trace.cost_usd),
    trace.total_tokens.toLocaleString(),
    `${(trace.duration_ms / 1000).toFixed(1)} s`,
    provider,
    status === 'error' ? '▲ error' : status,
  ];
}

function cell(tag: 'th' | 'td', text: string, at: number): HTMLElement {
  return h(tag, at >= FIRST_FIGURE && at <= LAST_FIGURE ? { class: 'n' } : {}, text);
}
