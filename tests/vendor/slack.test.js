// Slack's own verifier, from Bolt, against ours: the same bytes, the same five minutes.
import { describe, it } from 'node:test';
import { signature } from '../e2e/lib/slack.js';
import { court } from './lib/agreement.js';
import { cut, flipped_bits, replacement, with_bad_bytes } from './lib/alterations.js';
import { account_of, all_recorded, recorded } from './lib/fixtures.js';
import { vendor } from './lib/packages.js';

const { module: bolt, missing } = await vendor('@slack/bolt');
const stamp = 'x-slack-request-timestamp';
const header = 'x-slack-signature';

// As Bolt's HTTP receiver calls it: the body decoded, the time a number.
const verdict = ({ headers, body, secret, now }) =>
  bolt.isValidSlackRequest({ signingSecret: secret, body: body.toString('utf8'), headers: { [header]: headers[header], [stamp]: Number(headers[stamp]) }, nowMilliseconds: now * 1000 });

function signed(delivery, changes = {}) {
  const made = { ...delivery, seconds: delivery.now, ...changes };
  const shown = { [stamp]: String(made.seconds), [header]: signature(made.secret, made.seconds, made.body) };
  return { ...made, headers: { ...made.headers, ...shown } };
}

describe('Slack and @slack/bolt', { skip: missing }, () => {
  const slack = new court({ platform: 'slack', settings: account_of('slack').settings, timed: true, verdict });
  const samples = ['mention_in_thread', 'direct_message', 'mention_unicode_with_pings'].map((name) => recorded('slack', name));
  const [sample] = samples;
  const shown = (value, name) => ({ ...sample, name, headers: { ...sample.headers, ...value } });

  it('both take what is genuine', () => slack.both_take([...samples, ...samples.map((one) => signed(one, { secret: 'another-signing-secret' }))]));

  it('both say the same to every recorded request but those from the future', async (t) => {
    const rows = all_recorded('slack').filter(({ name }) => name !== 'future_timestamp');
    const { taken, refused } = await slack.agree(rows);
    t.diagnostic(`${taken} taken, ${refused} refused`);
  });

  it('both refuse any flipped bit', async (t) => {
    const altered = samples.flatMap((one, at) => flipped_bits(one, [header, stamp], { seed: at + 1 }));
    await slack.both_refuse(altered);
    t.diagnostic(`${altered.length} cases`);
  });

  it('both refuse what is cut, lengthened or left out', () => slack.both_refuse(cut(sample, [header, stamp])));

  it('both refuse another secret, another version and upper-case hex', async () => {
    const value = sample.headers[header];
    const others = [value.replace('v0', 'v1'), value.replace('v0', 'V0'), 'v0=' + value.slice(3).toUpperCase(), value.slice(3), 'v0=', `${value},${value}`];
    await slack.both_refuse([{ ...sample, secret: 'another-signing-secret', name: 'another secret' }, ...others.map((other) => shown({ [header]: other }, other.slice(0, 20)))]);
  });

  it('both let five minutes pass, and no second more', async () => {
    const after = (age) => signed(sample, { seconds: sample.now - age, name: `${age} s old` });
    await slack.both_take([0, 1, 299, 300].map(after));
    await slack.both_refuse([301, 302, 3600, 86400, sample.now].map(after));
  });

  // Bolt looks back only. A signed time in the future is a clock gone wrong or a delivery kept for later: we refuse it.
  it('differs: Bolt takes any time in the future, we take five minutes of it', async () => {
    const ahead = (by) => signed(sample, { seconds: sample.now + by, name: `${by} s ahead` });
    await slack.both_take([1, 299, 300].map(ahead));
    await slack.differ([...[301, 3600, 86400].map(ahead), recorded('slack', 'future_timestamp')], { vendor: true, outcome: 'reject-stale' });
  });

  // Bolt makes the time a number before it checks, and cuts the signature at its second "=". We check what came.
  it('differs: other spellings of the same time and signature pass with Bolt, not with us', async () => {
    const { now } = sample;
    const spelt = [`0${now}`, `${now}.0`, ` ${now}`, `+${now}`, `${now / 1e9}e9`, `0x${now.toString(16)}`].map((text) => shown({ [stamp]: text }, `time ${text}`));
    await slack.differ([...spelt, shown({ [header]: sample.headers[header] + '=more' }, 'second =')], { vendor: true, outcome: 'reject-signature' });
  });

  // Bolt decodes the body before it checks.
  it('differs: bytes that are no text pass for U+FFFD with Bolt, not with us', async () => {
    const genuine = signed(sample, { body: Buffer.from(sample.body.toString('utf8').replace('is it true', `is it true ${replacement}`)) });
    await slack.differ([genuine], { vendor: true, outcome: 'mention' });
    await slack.differ([with_bad_bytes(genuine)], { vendor: true, outcome: 'reject-signature' });
  });
});
