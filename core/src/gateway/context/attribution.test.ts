import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attributionFrom, type Attribution } from './attribution.ts';
import { baggageMembers } from './baggage.ts';
import { labelsFrom } from './labels.ts';

const of = (headers: Readonly<Record<string, string>>): Attribution =>
  attributionFrom((name) => headers[name]);

describe('attribution', () => {
  it('is empty where the client says nothing', () => {
    assert.deepEqual(of({}), { tenantId: '', jobId: '', traceGroup: '', labels: {} });
  });

  it('comes from Candela’s headers', () => {
    const headers = {
      'x-candela-tenant-id': 'acme',
      'x-candela-job-id': 'nightly-7',
      'x-candela-trace-group': 'a.b_c',
      'x-candela-labels': 'team=search,env=prod',
    };
    assert.deepEqual(of(headers), {
      tenantId: 'acme',
      jobId: 'nightly-7',
      traceGroup: 'a.b_c',
      labels: { team: 'search', env: 'prod' },
    });
  });

  it('comes from baggage first, whatever the case of its keys', () => {
    const baggage = 'Candela.Tenant_ID=acme, other=1;p=2,candela.JOB_id = j%2D1 ;ttl=5,candela.trace_group=g';
    const { tenantId, jobId, traceGroup } = of({ baggage, 'x-candela-tenant-id': 'other' });
    assert.deepEqual([tenantId, jobId, traceGroup], ['acme', 'j-1', 'g']);
  });

  it('drops what is no id, and goes by the header where only the baggage is bad', () => {
    for (const bad of ['', 'a b', 'x'.repeat(129), 'ü', 'a/b', `'; DROP TABLE spans`, 'a\u0000']) {
      assert.equal(of({ 'x-candela-tenant-id': bad }).tenantId, '');
      const baggage = `candela.tenant_id=${encodeURIComponent(bad)}`;
      assert.equal(of({ baggage }).tenantId, '');
      assert.equal(of({ baggage, 'x-candela-tenant-id': 'acme' }).tenantId, 'acme');
    }
    assert.equal(of({ 'x-candela-tenant-id': 'x'.repeat(128) }).tenantId.length, 128);
  });
});

describe('baggage', () => {
  it('passes over what is no member', () => {
    const members = baggageMembers('=x,novalue,,a=%E0%A4%A,b=2=3,  ,c=,b=4');
    assert.deepEqual(
      [...members],
      [
        ['b', '2=3'],
        ['c', ''],
      ],
    );
  });

  it('stops at what the standard asks of a reader', () => {
    assert.equal(baggageMembers(Array.from({ length: 5_000 }, (_, i) => `k${i}=v`).join(',')).size, 64);
    assert.equal(baggageMembers(`a=${'x'.repeat(100_000)}`).get('a')?.length, 8_190);
  });

  it('gives back what was put in, and takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), (value) => {
        assert.equal(baggageMembers(`k=${encodeURIComponent(value)};p=1,z=1`).get('k'), value);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (header) => {
        assert.ok(baggageMembers(header).size <= 64);
      }),
    );
  });
});

describe('labels', () => {
  it('are pairs, and what is none is passed over', () => {
    assert.deepEqual(
      labelsFrom(' a=1 ,b = two words ,=x,c,d=,a=2,e=f=g,app.kubernetes.io/name=x,bad key=1'),
      {
        a: '1',
        b: 'two words',
        d: '',
        e: 'f=g',
        'app.kubernetes.io/name': 'x',
      },
    );
  });

  it('are few and short', () => {
    const many = Array.from({ length: 500 }, (_, i) => `k${i}=v`).join(',');
    assert.equal(Object.keys(labelsFrom(many)).length, 32);
    assert.deepEqual(labelsFrom(`a=${'x'.repeat(257)},${'k'.repeat(129)}=v,b=ü,c=1`), { c: '1' });
  });

  it('may have any name, that of a prototype too', () => {
    assert.deepEqual(Object.entries(labelsFrom('__proto__=x,constructor=y')), [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});
