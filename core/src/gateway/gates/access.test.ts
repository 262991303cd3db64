import assert from 'node:assert/strict';
import { blankEntry } from '../../storage/catalog-store.ts';
import { allowAccess } from './access.ts';

describe('access tags', () => {
  const open = blankEntry({ provider: 'openai', modelId: 'gpt-4o' }, true);
  const closed = { ...open, requiredAccess: ['beta', 'research'] };

  it('lets everyone through where none is asked for', () => {
    allowAccess(undefined, { role: 'developer' });
    allowAccess(open, { role: 'developer', accessTags: ['x'] });
  });

  it('lets those through who have one of them, and admins', () => {
    allowAccess(closed, { role: 'developer', accessTags: ['x', 'research'] });
    allowAccess(closed, { role: 'admin' });
  });

  it('names both sides to everyone else', () => {
    for (const [accessTags, has] of [
      [undefined, 'none'],
      [[], 'none'],
      [['Beta', 'x'], 'Beta, x'],
    ] as const) {
      assert.throws(() => allowAccess(closed, { role: 'developer', accessTags }), {
        type: 'access_denied',
        status: 403,
        message: `model gpt-4o needs one of the access tags beta, research, and you have ${has}: use another model, or ask your admin for a tag`,
      });
    }
  });
});
