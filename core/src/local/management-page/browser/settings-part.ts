import { post, type Settings } from './api.ts';
import { byId, h } from './dom.ts';
import type { PageTools } from './page-tools.ts';

/** The settings that can change while Candela runs; in team mode the server has them. */
export function settingsPart({ run }: PageTools): {
  update(settings: Settings): void;
  explain(why: string): void;
} {
  const discount = h('input', {
    type: 'number',
    min: '0',
    max: '100',
    step: 'any',
    id: 'discount',
    required: '',
  });
  const caching = select('caching', ['off', 'auto', 'system-only']);
  const ttl = select('cache-ttl', ['5m', '1h']);
  const capture = h('input', { type: 'checkbox', id: 'capture', role: 'switch' });
  const saved = h('span', { class: 'muted small', role: 'status' });
  const save = h('button', { class: 'main', id: 'save' }, 'Save');
  const form = h(
    'form',
    { class: 'fields' },
    h('label', {}, 'Discount off every price, in percent', discount),
    h('label', {}, 'Prompt caching of Claude', caching),
    h('label', {}, 'How long Claude keeps a prompt', ttl),
    h('label', { class: 'switch' }, capture, 'Keep what was asked and answered in traces'),
    h('div', { class: 'row' }, save, saved),
  );
  const note = h('p', { class: 'muted', hidden: '' });
  byId('settings').append(form, note);
  let isEdited = false;
  form.addEventListener('input', () => {
    isEdited = true;
    saved.textContent = 'not saved yet';
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run(async () => {
      await post('config', {
        pricing: { discount_percent: Number(discount.value) / 100 },
        caching: { anthropic: caching.value, cache_ttl: ttl.value },
        capture_content: capture.checked,
      });
      isEdited = false;
      saved.textContent = 'saved: in force from the next call on';
    });
  });
  return {
    update(settings) {
      // Nobody’s half-typed figure is taken away.
      if (isEdited) return;
      discount.value = String(Number((settings.pricing.discount_percent * 100).toFixed(6)));
      caching.value = settings.caching.anthropic;
      ttl.value = settings.caching.cache_ttl;
      capture.checked = settings.capture_content;
    },
    explain(why) {
      form.hidden = true;
      note.hidden = false;
      note.textContent = why;
    },
  };
}

function select(id: string, values: readonly string[]): HTMLSelectElement {
  return h('select', { id }, ...values.map((value) => h('option', { value }, value)));
}
