import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attributionFrom, type Attribution } from './attribution.ts';
import { baggageMembers } from './baggage.ts';
import { labelFilterFrom, labelsFrom } from './labels.ts';
import { labelsHeader } from '../../client/connection/labels-header.ts';

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

  it('carry commas and letters of any language, percent-encoded', () => {
    assert.deepEqual(labelsFrom('a=x%2Cy,b=gr%C3%BCn,c=50%,d=%zz,e=%2520,f=%E0%A4%A,g=a%0Ab'), {
      ...{ a: 'x,y', b: 'grün', c: '50%', d: '%zz', e: '%20', f: '%E0%A4%A' },
    });
  });

  it('come back as they were written, whatever is in them', () => {
    const value = fc.string({ unit: 'grapheme', maxLength: 120 }).filter((text) => !/\p{Cc}/u.test(text));
    const key = fc.stringMatching(/^[A-Za-z0-9._/-]{1,128}$/);
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 8 }), (labels) => {
        const header = labelsHeader(labels);
        assert.match(header, /^[\x20-\x7e]*$/);
        assert.deepEqual(Object.entries(labelsFrom(header)), Object.entries(labels));
      }),
    );
    assert.deepEqual(labelsFrom(labelsHeader({ half: 'a\uD800b' })), { half: 'a\uFFFDb' });
  });

  it('mean what they meant before values were decoded, wherever there is no percent sign', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x21-\x24\x26-\x2b\x2d-\x7e]{1,256}$/), (value) => {
        assert.deepEqual(labelsFrom(`k=${value}`), { k: value });
      }),
    );
  });

  it('are a filter only as a whole', () => {
    assert.deepEqual(labelFilterFrom(' a=1, b=x%2Cy'), { a: '1', b: 'x,y' });
    for (const bad of ['', 'a', 'a=1,', 'a=1,bad key=2', 'a=1,a=2', `a=${'x'.repeat(257)}`, 'a=ü']) {
      assert.equal(labelFilterFrom(bad), undefined, bad);
    }
  });

  it('may have any name, that of a prototype too', () => {
    assert.deepEqual(Object.entries(labelsFrom('__proto__=x,constructor=y')), [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});
