import { post } from './api.ts';
import { button, byId, h } from './dom.ts';
import type { PageTools } from './page-tools.ts';

/** Forgetting downloads and preferences. */
export function resetPart({ run, ask }: PageTools): void {
  const reset = button(
    'Reset…',
    () =>
      void (async () => {
        const question =
          'Forget the history of downloads, pinned models and which runtime was started last? Models stay on disk.';
        if (await ask(question, 'Forget them')) await run(() => post('reset', { confirm: true }));
      })(),
    { class: 'danger', id: 'reset-button' },
  );
  byId('reset').append(
    h(
      'p',
      { class: 'muted' },
      'Forgets the history of downloads and what you chose on this page. Models, traces and settings stay.',
    ),
    h('div', { class: 'row' }, reset),
  );
}
