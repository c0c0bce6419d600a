// The promise: what was acknowledged is answered, once, in order, whatever dies in between. 200 mentions flow through a
// platform that breaks down in every way, while the service is killed at every step of a mention's way and at random.
import assert from 'node:assert/strict';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { chance, exchange, knowledge, patience, scratch, sleep, until } from '../lib/basics.js';
import { ended_within } from '../lib/processes.js';
import { service } from '../lib/service.js';
import { fake_slack, mention_body, new_ts, signed_headers, workspace } from '../lib/slack.js';

const seed = Number(process.env.E2E_SEED ?? 20261123);
const dice = chance(seed);
const steps = ['admitted', 'stored', 'acknowledged', 'taken', 'decided', 'sending', 'sent', 'judged', 'settled'];
const passes = [1, 2, 4];
const random_kills = 8;
const mentions_max = 200;
const threads_max = 20;
const article = 'us-china-ai-gap';
const secret = randomBytes(16).toString('hex');
const claims = readdirSync(path.join(knowledge, 'articles', article, 'claims')).map((name) => path.basename(name, '.yaml'));

// Faults of the platform, by weight. A message meets at most three, so that the test ends.
const faults_posting = [
  [50, 'none'], [6, 'slow'], [6, 'did_slow'], [5, 'drop'], [6, 'did_drop'], [3, 'did_half_header'], [4, 'rate'], [3, 'error'],
  [4, 'did_error'], [3, 'did_fatal'], [3, 'html'], [4, 'did_cut'], [3, 'did_short'],
];
const faults_reading = [[70, 'none'], [6, 'slow'], [6, 'drop'], [4, 'rate'], [5, 'error'], [4, 'html'], [5, 'did_cut']];

const counts = { deliveries: 0, refused: 0, faults: 0, kills: 0 };

function fault({ method, tries }) {
  if (tries >= 3) return 'none';
  const chosen = dice.pick(method === 'chat.postMessage' ? faults_posting : faults_reading);
  if (chosen !== 'none') counts.faults += 1;
  return chosen;
}

// One event until the service has taken it, as Slack would: at once again when no 2xx came.
async function deliver(hook, body) {
  for (let retry = 0; ; ++retry) {
    counts.deliveries += 1;
    try {
      const { status } = await exchange(hook, { method: 'POST', body, headers: signed_headers(secret, body, { retry }) });
      if (status >= 200 && status < 300) return;
    } catch {
      // the service is dead, or died over it
    }
    counts.refused += 1;
    await sleep(40);
  }
}

// The people: each thread has a list of claims to ask about, one after another; the next is asked when the one before was
// acknowledged, so that there is one right order.
class crowd {
  constructor(slack, hook) {
    this.slack = slack;
    this.hook = hook;
    this.asked = 0;
    this.acknowledged = 0;
    this.background = [];
    this.threads = Array.from({ length: threads_max }, (_, n) => ({
      root: slack.say({ text: `thread ${n}`, user: 'U0POSTER1' }),
      claims: shuffled(claims).slice(0, Math.ceil(mentions_max / threads_max)),
      asked: [],
      busy: false,
    }));
  }

  ask_one() {
    const free = this.threads.filter((thread) => !thread.busy && thread.asked.length < thread.claims.length);
    if (free.length === 0 || this.asked >= mentions_max) return false;
    const thread = free[dice.below(free.length)];
    const claim = thread.claims[thread.asked.length];
    const user = `U0ASKER${dice.below(90) + 10}`;
    const ts = this.slack.say({ text: `<@${workspace.bot}> claim ${claim}`, user, thread_ts: thread.root });
    thread.asked.push(claim);
    thread.busy = true;
    this.asked += 1;
    const event = { text: `claim ${claim}`, user, ts, thread_ts: thread.root };
    this.background.push(this.carry(thread, event));
    return true;
  }

  async carry(thread, event) {
    const body = mention_body(event);
    const at_once = dice.next() < 0.1 ? [deliver(this.hook, body)] : [];  // the same event twice at the same moment
    await deliver(this.hook, body);
    thread.busy = false;
    this.acknowledged += 1;
    await Promise.all(at_once);
    if (dice.next() < 0.2) {
      await sleep(dice.below(1500));
      await deliver(this.hook, body);
    }
    if (dice.next() < 0.1) await deliver(this.hook, mention_body({ ...event, event_id: `Ev2${event.ts.replace('.', '')}` }));  // the same message by another route
  }

  ask(count) {
    let done = 0;
    while (done < count && this.ask_one()) done += 1;
    return done;
  }
}

function make_bot(folder, slack) {
  return service.create(folder, {
    secrets: { signing: secret, token: workspace.token },
    config: {
      delivery: { first_retry_seconds: 1, longest_retry_seconds: 1, concurrency: 16 },
      caps: { per_person: 0, per_thread: 0, per_space_per_minute: 0 },
      account: [
        {
          platform: 'slack', name: 'main', api_url: slack.url, articles: [article],
          secret_files: ['secrets/signing'], token_file: 'secrets/token', settings: { bot_user: workspace.bot },
        },
      ],
    },
  });
}

const settled = (state) => !['queued', 'sending', 'unknown'].includes(state);

function shuffled(list) {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; --i) {
    const j = dice.below(i + 1);
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

describe('killed at every step', () => {
  const folder = scratch('kill');
  let bot;
  let slack;
  let people;
  const begun = Date.now();

  after(async () => {
    await bot?.stop({ signal: 'SIGKILL' });
    await slack?.close();
  });

  async function crash_at(step, pass) {
    const child = bot.launch({ crash_at: `${step}:${pass}` });
    let left = pass + 2;
    const deadline = Date.now() + 8000 * patience;
    for (;;) {
      const outcome = await ended_within(child, 40);
      if (outcome !== null) {
        assert.equal(outcome.signal, 'SIGKILL', `${step}:${pass} ended with ${JSON.stringify(outcome)}\n${bot.tail()}`);
        counts.kills += 1;
        return;
      }
      if (left > 0 && (await bot.is_ready())) left -= people.ask(1);
      if (Date.now() > deadline) break;
    }
    child.kill('SIGKILL');
    await child.ended;
    assert.fail(`${step} was not passed ${pass} times`);
  }

  it('starts in front of a platform that breaks down', async () => {
    slack = await fake_slack.start({ fault });
    bot = await make_bot(folder, slack);
    people = new crowd(slack, `${bot.url}/hooks/slack/main`);
  });

  for (const pass of passes) {
    for (const step of steps) it(`dies at ${step}, pass ${pass}`, () => crash_at(step, pass));
  }

  it(`dies ${random_kills} times at any moment`, async () => {
    const share = Math.ceil((mentions_max - people.asked) / (random_kills + 1));
    for (let n = 0; n < random_kills; ++n) {
      const child = bot.launch();
      if (n % 3 !== 0) await until('the service', () => bot.is_ready(), { limit: 15000, every: 15 });
      let left = share;
      const end = Date.now() + 30 + dice.below(900);
      while (Date.now() < end) {
        left -= people.ask(Math.min(left, 1 + dice.below(3)));
        await sleep(dice.below(60));
      }
      child.kill('SIGKILL');
      assert.equal((await child.ended).signal, 'SIGKILL', bot.tail());
      counts.kills += 1;
    }
  });

  it('then lives, takes what is left, and settles everything', async () => {
    await bot.start();
    while (people.asked < mentions_max) {
      people.ask(3);
      await sleep(30);
    }
    // Somebody who does not know the secret asks as well.
    const root = slack.say({ text: 'forged thread', user: 'U0POSTER1' });
    const body = mention_body({ text: 'list', thread_ts: root, ts: new_ts() });
    const forged = await exchange(people.hook, { method: 'POST', body, headers: signed_headers('not the secret', body) });
    assert.equal(forged.status, 401);

    await until('every mention to be acknowledged', () => people.acknowledged === mentions_max, { limit: 20000 });
    await Promise.all(people.background);
    await until(
      'the outbox to be empty',
      async () => (await bot.outbox()).every(({ state }) => settled(state)) && slack.replies().length >= mentions_max,
      { limit: 40000, every: 250 },
    ).catch(async (problem) => {
      // Said below in terms of mentions; here only what the service thinks of them.
      console.log(`        ${problem.message}`);
      const by_state = {};
      for (const { state, reason } of await bot.outbox()) by_state[`${state} ${reason ?? ''}`] = (by_state[`${state} ${reason ?? ''}`] ?? 0) + 1;
      console.log(`        outbox: ${JSON.stringify(by_state)}`);
    });
    await sleep(1500);  // a second answer would come now
  });

  it('gave every mention exactly one reply, in order, and no other', async (t) => {
    const claim_of = ({ text }) => text.match(new RegExp(`/a/${article}/([a-z0-9-]+)`))?.[1] ?? `? ${text.slice(0, 80)}`;
    const replies = slack.replies();
    const wrong = [];
    let doubled = 0;
    let lost = 0;
    for (const thread of people.threads) {
      const got = replies.filter((reply) => reply.thread_ts === thread.root).map(claim_of);
      for (const claim of thread.asked) {
        const times = got.filter((one) => one === claim).length;
        if (times === 0) lost += 1;
        if (times > 1) doubled += times - 1;
      }
      if (JSON.stringify(got) !== JSON.stringify(thread.asked)) wrong.push({ asked: thread.asked, got });
    }
    const known = new Set(people.threads.map(({ root }) => root));
    const strays = replies.filter(({ thread_ts }) => !known.has(thread_ts));
    const seconds = Math.round((Date.now() - begun) / 1000);
    t.diagnostic(
      `${people.asked} mentions in ${threads_max} threads, ${counts.deliveries} deliveries (${counts.refused} not taken), ${counts.kills} kills, ` +
        `${counts.faults} faults of the platform: ${replies.length} replies, ${doubled} doubled, ${lost} lost, ${strays.length} stray, ${wrong.length} threads wrong; ${seconds} s, seed ${seed}`,
    );
    assert.equal(people.acknowledged, mentions_max);
    assert.deepEqual({ doubled, lost, strays }, { doubled: 0, lost: 0, strays: [] });
    assert.deepEqual(wrong, []);
    assert.deepEqual(slack.strangers, []);
    const ledger = await bot.outbox();
    assert.equal(ledger.filter(({ state }) => state === 'delivered').length, mentions_max, 'the ledger knows every reply');
    assert.ok(seconds < 120 * patience, `${seconds} s`);
  });

  it('posted nothing that pings or unfolds', () => {
    for (const { text, fields } of slack.replies()) {
      assert.doesNotMatch(text, /<[!@#]/);
      assert.equal(fields.unfurl_links, false);
      assert.equal(fields.unfurl_media, false);
      assert.notEqual(fields.link_names, true);
    }
  });
});

describe('a reply that the platform never confirmed', () => {
  const folder = scratch('doubt');
  const first_post = { fault: 'none', before: () => {} };
  let bot;
  let slack;

  before(async () => {
    slack = await fake_slack.start({
      fault({ method, tries }) {
        if (method !== 'chat.postMessage' || tries > 0) return 'none';
        first_post.before();
        return first_post.fault;
      },
    });
    bot = await make_bot(folder, slack);
    await bot.start();
  });
  after(async () => {
    await bot?.stop();
    await slack?.close();
  });

  // Asks one question in a thread of its own; resolves to {root, ts} when it is acknowledged.
  async function ask(how) {
    const root = slack.say({ text: 'a thread', user: 'U0POSTER1' });
    const ts = slack.say({ text: `<@${workspace.bot}> list`, user: 'U0ASKER01', thread_ts: root });
    Object.assign(first_post, { before: () => {}, ...how(root) });
    await deliver(`${bot.url}/hooks/slack/main`, mention_body({ text: 'list', user: 'U0ASKER01', ts, thread_ts: root }));
    return { root, ts };
  }

  const state_of = async (ts) => (await bot.outbox()).find(({ message }) => message === ts)?.state ?? 'queued';
  const replies_in = (root) => slack.replies().filter(({ thread_ts }) => thread_ts === root).length;

  for (const how of ['did_drop', 'did_half_header', 'did_error', 'did_fatal', 'did_cut', 'did_short', 'drop', 'error', 'html', 'rate']) {
    it(`${how}: one reply`, async () => {
      const { root, ts } = await ask(() => ({ fault: how }));
      await until('the answer to be delivered', async () => (await state_of(ts)) === 'delivered', { limit: 20000, every: 100 });
      await sleep(300);
      assert.equal(replies_in(root), 1);
    });
  }

  it('did_drop in a thread that is longer than what Slack shows at once: one reply, and in doubt it waits', async () => {
    const { root, ts } = await ask((thread) => ({
      fault: 'did_drop',
      before() {
        for (let n = 0; n < 30; ++n) slack.say({ text: `chatter ${n}`, user: 'U0ASKER02', thread_ts: thread });
      },
    }));
    const looks = () => slack.calls.filter(({ method, fields }) => method === 'conversations.replies' && fields.ts === root).length;
    await until('a look or two', () => looks() >= 2 || replies_in(root) > 1, { limit: 15000 });
    await sleep(300);
    assert.equal(replies_in(root), 1);
    slack.page_max = 200;  // Slack shows more
    await until('the answer to be found', async () => (await state_of(ts)) === 'delivered', { limit: 15000, every: 100 });
    assert.equal(replies_in(root), 1);
  });

  it('killed while the platform takes its time, and started at once: one reply', async () => {
    const { root, ts } = await ask(() => ({ fault: 'very_slow', before: () => bot.child.kill('SIGKILL') }));
    await bot.child.ended;
    await bot.start();
    await until('the answer to be delivered', async () => (await state_of(ts)) === 'delivered', { limit: 15000, every: 100 });
    await sleep(500);
    assert.equal(replies_in(root), 1);
  });
});
