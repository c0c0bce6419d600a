// What a moderator or admin holds in the hand: pause, dry run, blocking, caps, retry and drop, gaps, forgetting.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { exchange, scratch, sleep, until } from '../lib/basics.js';
import { service } from '../lib/service.js';
import { fake_slack, mention_body, signed_headers, workspace } from '../lib/slack.js';

const secret = randomBytes(16).toString('hex');

describe('a person at the controls', () => {
  let bot;
  let slack;
  let broken = null;  // what the platform answers instead of posting

  before(async () => {
    slack = await fake_slack.start();
    const post = slack.post_message.bind(slack);
    slack.post_message = (fields) => (broken ? { ok: false, error: broken } : post(fields));
    const common = { platform: 'slack', api_url: slack.url, secret_files: ['secrets/signing'], token_file: 'secrets/token', settings: { bot_user: workspace.bot } };
    bot = await service.create(scratch('operate'), {
      secrets: { signing: secret, token: workspace.token },
      config: {
        delivery: { first_retry_seconds: 1, longest_retry_seconds: 1 },
        caps: { per_person: 3, per_thread: 0, per_space_per_minute: 0 },
        account: [
          { ...common, name: 'main', blocked: ['U0BLOCKED1'] },
          { ...common, name: 'rehearsal', dry_run: true },
        ],
      },
    });
    await bot.start();
  });
  after(async () => {
    await bot?.stop();
    await slack?.close();
  });

  let people = 100;
  const somebody = () => `U0PERSON${++people}`;

  async function ask(text, { user = somebody(), thread_ts = slack.say({ text: 'thread', user: 'U0POSTER1' }), account = 'main' } = {}) {
    const ts = slack.say({ text, user, thread_ts });
    const body = mention_body({ text, user, ts, thread_ts });
    const { status } = await exchange(`${bot.url}/hooks/slack/${account}`, { method: 'POST', body, headers: signed_headers(secret, body) });
    assert.equal(status, 200);
    return { thread_ts, user, ts };
  }

  const replies_in = (thread) => slack.replies().filter(({ thread_ts }) => thread_ts === thread);
  const reply = (thread, count = 1) => until(`reply ${count}`, () => replies_in(thread).length >= count && replies_in(thread).at(-1));
  const row_of = async (ts) => (await bot.outbox()).find(({ message }) => message === ts);

  async function command(...args) {
    const { code, out, err } = await bot.command(...args, '--config', bot.config_file);
    assert.equal(code, 0, out + err);
    return out;
  }

  it('pauses: mentions are kept, nothing is posted; resumes: what waited is posted', async () => {
    await command('pause');
    const { thread_ts } = await ask('list');
    await sleep(1500);
    assert.equal(replies_in(thread_ts).length, 0);
    await command('resume');
    await reply(thread_ts);
  });

  it('pauses through a restart', async () => {
    await command('pause');
    await bot.stop();
    await bot.start();
    const { thread_ts } = await ask('list');
    await sleep(1500);
    assert.equal(replies_in(thread_ts).length, 0);
    await command('resume');
    await reply(thread_ts);
  });

  it('rehearses without posting, and shows what it would have said', async () => {
    const { thread_ts, ts } = await ask('claim compute-us-90pct', { account: 'rehearsal' });
    const row = await until('the row', () => row_of(ts));
    assert.equal(row.state, 'dry');
    assert.match(await command('outbox', 'show', String(row.id)), /never well supported/);
    await sleep(500);
    assert.equal(replies_in(thread_ts).length, 0);
  });

  it('does not answer somebody who is blocked', async () => {
    const { thread_ts } = await ask('list', { user: 'U0BLOCKED1' });
    const other = await ask('list');
    await reply(other.thread_ts);
    await sleep(300);
    assert.equal(replies_in(thread_ts).length, 0);
  });

  it('says once that it is enough, then is silent', async () => {
    const { thread_ts, user } = await ask('claim compute-us-90pct');
    await reply(thread_ts, 1);
    await ask('claim models-us-lead', { user, thread_ts });
    await reply(thread_ts, 2);
    await ask('claim data-us-quality', { user, thread_ts });
    await reply(thread_ts, 3);
    await ask('claim talent-us-over-50pct', { user, thread_ts });
    assert.match((await reply(thread_ts, 4)).text, /number of answers one person gets/);
    await ask('claim apps-tesla', { user, thread_ts });
    await sleep(700);
    assert.equal(replies_in(thread_ts).length, 4);
    const other = await ask('claim apps-tesla', { thread_ts });
    await reply(other.thread_ts, 5);
  });

  it('leaves what the platform refused to a person, who sends it again', async () => {
    broken = 'not_in_channel';
    const { thread_ts, ts } = await ask('list');
    const row = await until('the refusal', async () => ((await row_of(ts))?.state === 'refused' ? row_of(ts) : null));
    assert.match(row.reason, /not_in_channel/);
    const calls = slack.calls.length;
    await sleep(1200);
    assert.equal(slack.calls.length, calls, 'it does not try again by itself');
    broken = null;
    await command('outbox', 'retry', String(row.id));
    await reply(thread_ts);
    await sleep(500);
    assert.equal(replies_in(thread_ts).length, 1);
  });

  it('drops what a person decides to drop', async () => {
    broken = 'service_unavailable';
    const { thread_ts, ts } = await ask('list');
    const row = await until('an attempt', async () => ((await row_of(ts))?.attempts > 0 ? row_of(ts) : null));
    await until('the row to be free', async () => (await bot.command('outbox', 'drop', String(row.id), '--config', bot.config_file)).code === 0);
    broken = null;
    await sleep(2500);
    assert.equal(replies_in(thread_ts).length, 0);
    assert.equal((await row_of(ts)).state, 'dropped');
  });

  it('lists what was asked in vain, most people first', async () => {
    for (let n = 0; n < 3; ++n) await reply((await ask('how many penguins work at the port of Rotterdam?')).thread_ts);
    await reply((await ask('who won the chess tournament in Minsk?')).thread_ts);
    const gaps = (await command('gaps', '--json')).split('\n').filter(Boolean).map((line) => JSON.parse(line));
    assert.match(gaps[0].question, /penguins/);
    assert.equal(gaps[0].people, 3);
    assert.ok(gaps.some(({ question }) => /chess/.test(question)));
  });

  it('forgets a person who asks for it', async () => {
    const { thread_ts, user, ts } = await ask('how many giraffes live in the data centres of Ohio?');
    await reply(thread_ts, 1);
    await ask('forget me', { user, thread_ts });
    assert.match((await reply(thread_ts, 2)).text, /deleted/);
    const text = await command('outbox', 'list', '--json', '--limit', '1000');
    assert.doesNotMatch(text, /giraffes/);
    assert.doesNotMatch(text, new RegExp(user));
    assert.equal((await row_of(ts))?.question ?? '', '');
  });
});
