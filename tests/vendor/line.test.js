// LINE's own validateSignature against ours.
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { court } from './lib/agreement.js';
import { cut, flipped_bits, replacement, with_bad_bytes } from './lib/alterations.js';
import { account_of, all_recorded, recorded } from './lib/fixtures.js';
import { vendor } from './lib/packages.js';

const { module: line_sdk, missing } = await vendor('@line/bot-sdk');
const header = 'x-line-signature';

// As LINE's middleware does: no header, no question.
const verdict = ({ headers, body, secret }) => Boolean(headers[header]) && line_sdk.validateSignature(body, secret, headers[header]);

function signed(delivery, changes = {}) {
  const made = { ...delivery, ...changes };
  return { ...made, headers: { ...made.headers, [header]: createHmac('sha256', made.secret).update(made.body).digest('base64') } };
}

describe('LINE and @line/bot-sdk', { skip: missing }, () => {
  const line = new court({ platform: 'line', settings: account_of('line').settings, verdict });
  const samples = ['mention', 'private_talk', 'room'].map((name) => recorded('line', name));
  const [sample] = samples;
  const shown = (one, value, name = value) => ({ ...one, name, headers: { ...one.headers, [header]: value } });
  const canonical = ({ headers }) => Buffer.from(headers[header] ?? '', 'base64').toString('base64');
  const same_signature = (delivery) => canonical(delivery) === sample.headers[header];

  it('both take what is genuine', () => line.both_take([...samples, ...samples.map((one) => signed(one, { secret: 'another-channel-secret' }))]));

  it('both say the same to every recorded request', async (t) => {
    const { taken, refused } = await line.agree(all_recorded('line'));
    t.diagnostic(`${taken} taken, ${refused} refused`);
  });

  it('both refuse any flipped bit of the body', async (t) => {
    const altered = samples.flatMap((one, at) => flipped_bits(one, [], { seed: at + 1 }));
    await line.both_refuse(altered);
    t.diagnostic(`${altered.length} cases`);
  });

  // Of the last letter before "=" two bits say nothing, and Node's decoder does not look at them, nor at what follows.
  it('both refuse any flipped bit of the signature, unless the vendor reads the same 32 bytes', async (t) => {
    const altered = flipped_bits(sample, [header], { in_body: 0, in_header: 44 * 7 });
    const excused = await line.both_refuse(altered, same_signature);
    t.diagnostic(`${altered.length} cases, ${excused} of them another spelling that the vendor takes`);
  });

  it('both refuse what is cut, lengthened or left out, unless the vendor reads the same 32 bytes', async () => {
    await line.both_refuse(cut(sample, [header]), (delivery) => delivery.body.equals(sample.body) && same_signature(delivery));
  });

  it('both refuse another secret and hex', async () => {
    const hex = Buffer.from(sample.headers[header], 'base64').toString('hex');
    await line.both_refuse([{ ...sample, secret: 'another-channel-secret', name: 'another secret' }, shown(sample, hex), shown(sample, `sha256=${sample.headers[header]}`)]);
  });

  // LINE sends plain base64 with padding. Node's decoder reads a good deal more as the same bytes; we read one spelling.
  it('differs: other spellings of the same bytes pass with the vendor, not with us', async () => {
    const tries = Array.from({ length: 40 }, (_, at) => signed(sample, { secret: `secret-${at}` }));
    const rich = tries.find(({ headers }) => headers[header].includes('+') && headers[header].includes('/'));
    const base64 = rich.headers[header];
    const spelt = [base64.slice(0, -1), base64.replaceAll('+', '-').replaceAll('/', '_'), `${base64.slice(0, 20)} ${base64.slice(20)}`, `${base64}=`, `${base64}junk`];
    await line.differ(spelt.map((value) => shown(rich, value)), { vendor: true, outcome: 'reject-signature' });
  });

  it('both check the bytes: those that are no text do not pass for U+FFFD', async () => {
    const genuine = signed(sample, { body: Buffer.from(sample.body.toString('utf8').replace('is it true', `is it true ${replacement}`)) });
    await line.differ([genuine], { vendor: true, outcome: 'mention' });
    await line.both_refuse([with_bad_bytes(genuine)]);
  });
});
