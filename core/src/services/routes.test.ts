import { Code } from '@connectrpc/connect';
import { IdentityRefusal } from '../gateway/errors.ts';
import { assertRefused, inMemoryServices, type InMemoryServices } from './testing/in-memory-services.ts';

describe('who calls', () => {
  let services: InMemoryServices;
  let as: InMemoryServices['as'];
  beforeEach(async () => {
    services = await inMemoryServices();
    ({ as } = services);
  });
  afterEach(() => services.close());

  it('must be known', async () => {
    const nobody = as(new IdentityRefusal(401, 'missing authentication'));
    await assertRefused(nobody.users.getMyBudget({}), Code.Unauthenticated, /^missing authentication$/);
    const refused = as(new IdentityRefusal(403, 'service accounts are refused'));
    await assertRefused(refused.users.getMyBudget({}), Code.PermissionDenied, /service accounts/);
  });

  it('is asked before the request is looked at', async () => {
    const nobody = as(new IdentityRefusal(401, 'missing authentication'));
    await assertRefused(nobody.users.setBudget({ limitUsd: -1 }), Code.Unauthenticated, /missing/);
  });
});
