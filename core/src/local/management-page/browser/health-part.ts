import type { Health } from './api.ts';
import { byId, h, setText } from './dom.ts';
import { formatUptime } from './format.ts';

const CLASSES = { ok: 'good', degraded: 'busy', error: 'bad' } as const;

/** Whether Candela is in order. */
export function healthPart(): { update(health: Health): void } {
  const state = h('p', { class: 'state', id: 'health-state' });
  const facts = h('dl');
  byId('health').append(state, facts);
  let shown = '';
  return {
    update(health) {
      setText(state, health.status);
      state.className = `state ${CLASSES[health.status]}`;
      setText(byId('about'), `${health.version}, ${health.mode} mode, on this machine`);
      const lines = factsOf(health);
      if (shown === JSON.stringify(lines)) return;
      shown = JSON.stringify(lines);
      facts.replaceChildren(...lines.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
    },
  };
}

function factsOf(health: Health): readonly (readonly [string, string])[] {
  const { stores, spans, providers, remote } = health;
  const lines: (readonly [string, string])[] = [['Up', formatUptime(health.uptime_seconds)]];
  if (remote !== undefined) {
    lines.push([
      'Team server',
      remote.answers ? `${remote.host} answers` : `${remote.host}: ${remote.detail}`,
    ]);
  }
  if (stores !== undefined) lines.push(['Store', stores.state.detail ?? stores.state.status]);
  if (spans !== undefined) {
    const dropped = Object.values(spans.dropped).reduce((sum, count) => sum + count, 0);
    lines.push(['Traces', `in ${spans.store}, ${dropped === 0 ? 'none lost' : `${dropped} lost`}`]);
  }
  const words: Readonly<Record<string, string>> = {
    closed: 'ready',
    open: 'failing',
    probing: 'tried again',
  };
  for (const { name, circuit } of providers ?? []) lines.push([name, words[circuit] ?? circuit]);
  return lines;
}
