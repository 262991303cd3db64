import assert from 'node:assert/strict';
import { blankEntry } from '../../storage/catalog-store.ts';
import { allowTenant } from './tenant.ts';

describe('tenant allowed', () => {
  const open = blankEntry({ provider: 'openai', modelId: 'gpt-4o' }, true);
  const closed = { ...open, allowedTenants: ['acme', 'initech'] };

  it('lets every call through where nothing is said, or no tenant is named', () => {
    allowTenant(undefined, '');
    allowTenant(open, 'anyone');
  });

  it('lets those through who are named, exactly', () => {
    allowTenant(closed, 'initech');
    for (const tenant of ['Acme', 'acme2', 'acm', '']) {
      assert.throws(() => allowTenant(closed, tenant), { type: 'tenant_access_denied' });
    }
  });

  it('names both sides', () => {
    assert.throws(() => allowTenant(closed, 'hooli'), {
      type: 'tenant_access_denied',
      status: 403,
      message: /^tenant hooli may not use model gpt-4o, which is for acme, initech: /,
    });
    assert.throws(() => allowTenant(closed, ''), { message: /^a call that names no tenant may not use/ });
  });
});
