// Standard Webhooks, towards us: what `standardwebhooks` and `svix` sign is admitted, and all three say the same to the same bytes.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { court } from './lib/agreement.js';
import { cut, flipped_bits, replacement, with_bad_bytes } from './lib/alterations.js';
import { all_recorded, recorded } from './lib/fixtures.js';
import { is_genuine, libraries, signed, with_proof } from './lib/standard.js';

const family_of = ({ name }) => (name === 'svix' ? 'svix' : 'webhook');
const proof_of = (family) => ['id', 'timestamp', 'signature'].map((part) => `${family}-${part}`);

for (const library of libraries) {
  describe(`Standard Webhooks and ${library.name}`, { skip: library.missing }, () => {
    const hooks = new court({ platform: 'standard-webhooks', manifest_name: 'generic', timed: true, verdict: (delivery) => is_genuine(library, delivery) });
    const sample = recorded('standard-webhooks', 'mention');
    const family = family_of(library);
    const proof = proof_of(family);
    const genuine = () => signed(library, sample, { family });
    const spelt = (one, header, value, name) => ({ ...one, name, headers: { ...one.headers, [header]: value } });
    const signature_over = (text) => 'v1,' + createHmac('sha256', Buffer.from(sample.secret.slice(6), 'base64')).update(text).digest('base64');

    it('what the library signs is admitted', async () => {
      const secrets = [1, 24, 64].map((size) => 'whsec_' + Buffer.alloc(size, size).toString('base64'));
      const words = Buffer.from(sample.body.toString('utf8').replace('half a litre', '半升 🥛 ½ l'));
      const question = sample.expected.question.replace('half a litre', '半升 🥛 ½ l');
      await hooks.both_take([
        genuine(),
        signed(library, sample, { name: 'under the common names' }),
        signed(library, sample, { family, body: words, expected: { question } }),
        ...secrets.map((secret) => signed(library, sample, { family, secret })),
      ]);
    });

    // Left out: svix-* names where the library does not know them, public keys, which neither does, and ids as below.
    it('both say the same to every recorded request that the library knows the form of', async (t) => {
      const odd = new Set(['blank_id', 'endless_id']);
      const known = ({ name, headers, secret }) => !odd.has(name) && (family === 'svix' || !headers['svix-id']) && !secret.startsWith('whpk_');
      const { taken, refused } = await hooks.agree(all_recorded('standard-webhooks').filter(known));
      t.diagnostic(`${taken} taken, ${refused} refused`);
    });

    it('both refuse any flipped bit', async (t) => {
      const altered = flipped_bits(genuine(), proof, { in_body: 400, in_header: 308 });
      await hooks.both_refuse(altered);
      t.diagnostic(`${altered.length} cases`);
    });

    // The library reads a time as far as it has digits.
    it('both refuse what is cut, lengthened or left out, unless the library reads the same time', async () => {
      const excused = await hooks.both_refuse(cut(genuine(), proof), ({ name }) => name === `${proof[1]} and A`);
      assert.equal(excused, 1);
    });

    it('both refuse another secret and another spelling of the signature', async () => {
      const one = genuine();
      const [, base64] = one.headers[proof[2]].split(',');
      const values = [base64, `v1=${base64}`, `V1,${base64}`, `v1a,${base64}`, `v2,${base64}`, `v1, ${base64}`, `v1,${base64.slice(0, -1)}`, `v1,${base64}=`, `v1,${Buffer.from(base64, 'base64').toString('hex')}`, `v1,${base64.replace(/(.)=$/, (_, last) => String.fromCharCode(last.charCodeAt(0) + 1) + '=')}`];
      await hooks.both_refuse([{ ...one, name: 'another secret', secret: 'whsec_' + Buffer.alloc(32, 9).toString('base64') }, ...values.map((value) => spelt(one, proof[2], value, value))]);
    });

    it('both take one good signature among others', async () => {
      const one = genuine();
      const good = one.headers[proof[2]];
      const other = signature_over('something else');
      const lists = [`${other} ${good}`, `${good} ${other}`, `v1a,AAAA ${good}`, `v9,whatever ${good}`, ` ${good}`, `${other}  ${good}`, `v1 ${good}`];
      await hooks.both_take(lists.map((list) => spelt(one, proof[2], list, list)));
    });

    it('both let five minutes pass either way, and no second more', async () => {
      const off = (by) => signed(library, sample, { family, seconds: sample.now + by, name: `${by} s` });
      await hooks.both_take([-300, -299, 0, 299, 300].map(off));
      await hooks.both_refuse([-86400, -301, 301, 86400].map(off));
    });

    // The library makes the time a number and writes it anew before it checks; we check what came, and want digits.
    it('differs: other spellings of the same time', async () => {
      const one = genuine();
      const times = [`0${sample.now}`, `${sample.now}.9`, `${sample.now}s`, ` ${sample.now}`, `+${sample.now}`];
      await hooks.differ(times.map((time) => spelt(one, proof[1], time, `time ${time}`)), { vendor: true, outcome: 'reject-signature' });
      const time = `0${sample.now}`;
      const as_it_came = with_proof(sample, family, { id: 'msg_1', time, signature: signature_over(`msg_1.${time}.${sample.body}`) });
      await hooks.differ([as_it_came], { vendor: false, outcome: 'mention' });
    });

    // The library cuts a signature at its commas and looks at the second part only.
    it('differs: what follows a second comma passes with the library, not with us', async () => {
      const one = genuine();
      await hooks.differ([spelt(one, proof[2], `${one.headers[proof[2]]},more`, 'second comma')], { vendor: true, outcome: 'reject-signature' });
    });

    // The id becomes a key in our inbox: it is printable and bounded, or the delivery is not one of ours.
    it('differs: a signed id that is blank inside, or endless, passes with the library, not with us', async () => {
      const ids = ['msg 1', ' ', 'm'.repeat(257)];
      await hooks.differ(ids.map((id) => signed(library, sample, { family, id, name: `id ${id.slice(0, 9)}` })), { vendor: true, outcome: 'reject-signature' });
      await hooks.both_take([signed(library, sample, { family, id: 'm'.repeat(256) })]);
    });

    // The library decodes the body before it checks.
    it('differs: bytes that are no text pass for U+FFFD with the library, not with us', async () => {
      const text = sample.body.toString('utf8').replace('is it true', `is it true ${replacement}`);
      const one = signed(library, sample, { family, body: Buffer.from(text) });
      await hooks.differ([one], { vendor: true, outcome: 'mention' });
      await hooks.differ([with_bad_bytes(one)], { vendor: true, outcome: 'reject-signature' });
    });

    if (family === 'svix') {
      // Both know two names for each header, and each looks first for its own.
      it('differs: of two families of headers svix looks at svix-*, we at webhook-*', async () => {
        const [good, other] = [genuine(), signed(library, sample)];
        await hooks.both_take([{ ...good, headers: { ...good.headers, ...other.headers } }]);
        const spoilt = Object.fromEntries(Object.entries(good.headers).map(([name, value]) => [name, name === proof[2] ? 'v1,AAAA' : value]));
        await hooks.differ([{ ...sample, headers: { ...other.headers, ...spoilt } }], { vendor: false, outcome: 'mention' });
        await hooks.differ([{ ...sample, headers: { ...good.headers, ...other.headers, 'webhook-signature': 'v1,AAAA' } }], { vendor: true, outcome: 'reject-signature' });
      });
    } else {
      // The neutral library reads only the neutral names.
      it('differs: under svix-* names we admit what the library signs and does not find', async () => {
        await hooks.differ([signed(library, sample, { family: 'svix' })], { vendor: false, outcome: 'mention' });
      });
    }
  });
}
