// Discord's verifier for interactions against ours. Its key pair is made here, from a fixed seed.
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import { court } from './lib/agreement.js';
import { cut, flipped_bits, replacement, with_bad_bytes } from './lib/alterations.js';
import { account_of, all_recorded, recorded } from './lib/fixtures.js';
import { vendor } from './lib/packages.js';

const { module: discord_interactions, missing } = await vendor('discord-interactions');
const stamp = 'x-signature-timestamp';
const header = 'x-signature-ed25519';

// Discord's function takes the bytes as they came, and knows no clock.
const verdict = ({ headers, body, secret }) => discord_interactions.verifyKey(body, headers[header], headers[stamp], secret);

const pkcs8_before_seed = Buffer.from('302e020100300506032b657004220420', 'hex');
function key_pair(seed) {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8_before_seed, Buffer.alloc(32, seed)]), format: 'der', type: 'pkcs8' });
  return { key, public_hex: createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex') };
}

function signed(delivery, { key, public_hex }, changes = {}) {
  const made = { ...delivery, shown_time: String(delivery.now), secret: public_hex, ...changes };
  const signature = sign(null, Buffer.concat([Buffer.from(made.shown_time), made.body]), key).toString('hex');
  return { ...made, headers: { ...made.headers, [stamp]: made.shown_time, [header]: signature } };
}

// The 64 bytes as Discord's function reads them: two characters at a time, up to the first that is no digit.
const as_vendor_reads = (hex) => Buffer.from((hex.match(/.{1,2}/g) ?? []).map((two) => Number.parseInt(two, 16))).toString('hex');

describe('Discord and discord-interactions', { skip: missing }, () => {
  const { bot_user, application_id } = account_of('discord').settings;
  const discord = new court({ platform: 'discord', settings: { bot_user, application_id }, verdict });
  const [pair, other_pair] = [7, 8].map(key_pair);
  const samples = ['message_command', 'dm_user'].map((name) => signed(recorded('discord', name), pair));
  const [sample] = samples;
  const shown = (value, name) => ({ ...sample, name, headers: { ...sample.headers, [header]: value } });
  const same_signature = ({ headers }) => headers[header] !== undefined && as_vendor_reads(headers[header]) === sample.headers[header];

  it('both take what is genuine', () => discord.both_take([...samples, ...samples.map((one) => signed(one, other_pair))]));

  it('both say the same to every recorded request', async (t) => {
    const { taken, refused } = await discord.agree(all_recorded('discord'));
    t.diagnostic(`${taken} taken, ${refused} refused`);
  });

  it('both refuse any flipped bit of body and time', async (t) => {
    const altered = samples.flatMap((one, at) => flipped_bits(one, [stamp], { seed: at + 1 }));
    await discord.both_refuse(altered);
    t.diagnostic(`${altered.length} cases`);
  });

  // A flipped bit may leave the signature what it was to a lenient reader: "a" becomes "A", "05" becomes " 5".
  it('both refuse any flipped bit of the signature, unless the vendor reads the same 64 bytes', async (t) => {
    const altered = flipped_bits(sample, [header], { in_body: 0, in_header: 128 * 7 });
    const excused = await discord.both_refuse(altered, same_signature);
    t.diagnostic(`${altered.length} cases, ${excused} of them another spelling that the vendor takes`);
  });

  it('both refuse what is cut, lengthened or left out', () => discord.both_refuse(cut(sample, [header, stamp])));

  it('both refuse another key, and a signature beyond the order of the group', async () => {
    const signature = Buffer.from(sample.headers[header], 'hex');
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const s = BigInt('0x' + Buffer.from(signature.subarray(32)).reverse().toString('hex')) + order;
    const beyond = Buffer.concat([signature.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()]);
    const zeros = '0'.repeat(128);
    await discord.both_refuse([{ ...sample, secret: other_pair.public_hex, name: 'another key' }, shown(beyond.toString('hex'), 's + order'), shown(zeros, 'zeros')]);
  });

  // Discord sends lower-case hex. One spelling of a signature is enough, and more are more to get wrong.
  it('differs: other spellings of the same bytes pass with the vendor, not with us', async () => {
    const hex = sample.headers[header];
    const spelt = [hex.toUpperCase(), hex.replace(/[a-f]/, (digit) => digit.toUpperCase()), hex.replace(/^(..)*?0/, (start) => start.slice(0, -1) + ' ')];
    const changed = spelt.map((value, at) => shown(value, `spelling ${at}`));
    await discord.differ(changed, { vendor: true, outcome: 'reject-signature' });
  });

  // The vendor leaves the clock to its caller. A delivery that was kept for later is refused by us.
  it('differs: the vendor has no clock, we take five minutes either way', async () => {
    const off = (seconds) => signed(sample, pair, { shown_time: String(sample.now + seconds), name: `${seconds} s` });
    await discord.both_take([-300, -299, 299, 300].map(off));
    await discord.differ([-86400, -301, 301, 86400].map(off), { vendor: true, outcome: 'reject-stale' });
  });

  // To the vendor the time is any text under the signature; to us it is a number of seconds.
  it('differs: a signed time that is no number passes with the vendor, not with us', async () => {
    const times = ['soon', '2026-11-24T06:00:00Z', `${sample.now}.0`, ` ${sample.now}`, '9'.repeat(13)];
    await discord.differ(times.map((shown_time) => signed(sample, pair, { shown_time, name: shown_time })), { vendor: true, outcome: 'reject-signature' });
  });

  it('both check the bytes: those that are no text do not pass for U+FFFD', async () => {
    const body = Buffer.from(sample.body.toString('utf8').replace('is it true', `is it true ${replacement}`));
    const genuine = signed(sample, pair, { body });
    await discord.differ([genuine], { vendor: true, outcome: 'mention' });
    await discord.both_refuse([with_bad_bytes(genuine)]);
  });
});
