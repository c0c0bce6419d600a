// GitHub's side by Octokit: it signs what we admit, and takes and refuses what we take and refuse.
import { describe, it } from 'node:test';
import { createHmac } from 'node:crypto';
import { court } from './lib/agreement.js';
import { cut, flipped_bits, replacement, with_bad_bytes } from './lib/alterations.js';
import { account_of, all_recorded, recorded } from './lib/fixtures.js';
import { vendor } from './lib/packages.js';

const { module: octokit, missing } = await vendor('@octokit/webhooks');
const header = 'x-hub-signature-256';

// It throws where one of the three is empty; that is a refusal as well.
async function verdict({ headers, body, secret }) {
  try {
    return await new octokit.Webhooks({ secret }).verify(body.toString('utf8'), headers[header]);
  } catch (problem) {
    if (problem instanceof TypeError && problem.message.includes('required')) return false;
    throw problem;
  }
}

async function signed(delivery, changes = {}) {
  const made = { ...delivery, ...changes };
  const signature = await new octokit.Webhooks({ secret: made.secret }).sign(made.body.toString('utf8'));
  return { ...made, headers: { ...made.headers, [header]: signature } };
}

describe('GitHub and @octokit/webhooks', { skip: missing }, () => {
  const github = new court({ platform: 'github', settings: account_of('github').settings, verdict });
  const samples = ['issue_comment_mention', 'issue_comment_unicode_crlf', 'discussion_comment_mention', 'review_comment'].map((name) => recorded('github', name));
  const [sample] = samples;

  it('what Octokit signs is admitted', async () => {
    const secrets = ['a', 'a-secret-with-ünïcödé-and-漢字', 'x'.repeat(200)];
    const own = await Promise.all(samples.map((one) => signed(one)));
    const others = await Promise.all(secrets.map((secret) => signed(sample, { secret, name: `secret ${secret.slice(0, 30)}` })));
    await github.both_take([...own, ...others]);
  });

  it('both say the same to every recorded request', async (t) => {
    const { taken, refused } = await github.agree(all_recorded('github'));
    t.diagnostic(`${taken} taken, ${refused} refused`);
  });

  it('both refuse any flipped bit', async (t) => {
    const altered = (await Promise.all(samples.map((one) => signed(one)))).flatMap((one, at) => flipped_bits(one, [header], { seed: at + 1, in_body: 100 }));
    await github.both_refuse(altered);
    t.diagnostic(`${altered.length} cases`);
  });

  it('both refuse what is cut, lengthened or left out', async () => github.both_refuse(cut(await signed(sample), [header])));

  it('both refuse another secret, another algorithm and another spelling', async () => {
    const genuine = await signed(sample);
    const shown = genuine.headers[header];
    const spelt = (value) => ({ ...genuine, name: value.slice(0, 30), headers: { ...genuine.headers, [header]: value } });
    const sha1 = 'sha1=' + createHmac('sha1', sample.secret).update(sample.body).digest('hex');
    const upper = 'sha256=' + shown.slice(7).toUpperCase();
    await github.both_refuse([{ ...genuine, secret: 'another-secret', name: 'another secret' }, ...[sha1, upper, shown.toUpperCase(), shown.slice(7), shown + ' ', `${shown},${shown}`].map(spelt)]);
  });

  // Octokit decodes the body before it checks, so that different bytes are the same text to it. We check the bytes.
  it('differs: bytes that are no text pass for U+FFFD with Octokit, not with us', async () => {
    const body = Buffer.from(sample.body.toString('utf8').replace('is it true', `is it true ${replacement}`));
    const genuine = await signed(sample, { body });
    await github.differ([genuine], { vendor: true, outcome: 'mention' });
    await github.differ([with_bad_bytes(genuine)], { vendor: true, outcome: 'reject-signature' });
  });

  // To Octokit an empty body is a mistake of the caller. Its signature is one like any other: we say what is wrong with the rest.
  it('differs: a signed empty body is malformed to us, unsigned to Octokit', async () => {
    const signature = 'sha256=' + createHmac('sha256', sample.secret).update('').digest('hex');
    await github.differ([{ ...sample, body: Buffer.alloc(0), headers: { ...sample.headers, [header]: signature } }], { vendor: false, outcome: 'malformed' });
  });
});
