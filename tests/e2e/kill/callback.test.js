// The generic webhook: the answer comes in the response, or by a signed callback; once, however often it is asked.
// Signatures are made and checked with the reference library.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { listen, read_body, scratch, sleep, until } from '../lib/basics.js';
import { ended_within } from '../lib/processes.js';
import { service } from '../lib/service.js';
import { deliver, mention_payload, new_id, new_secret, verify } from '../lib/standard_hooks.js';

const question = "does the US really have 90% of the world's AI compute?";
const caps = { per_person: 0, per_thread: 0, per_space_per_minute: 0 };

// Every text anywhere in a JSON value.
function texts_in(value) {
  if (typeof value === 'string') return [value];
  return value && typeof value === 'object' ? Object.values(value).flatMap(texts_in) : [];
}

// The answer without the time of saying it.
const said = ({ body }) => JSON.parse(body).data;

function assert_answers(value) {
  const all = texts_in(value).join('\n');
  assert.match(all, /The U\.S\. holds 90% of global AI computing power/);
  assert.match(all, /never well supported/);
  assert.match(all, /\/a\/us-china-ai-gap\/compute-us-90pct/);
}

describe('answers in the response', () => {
  const secret = new_secret();
  let bot;
  let hook;

  before(async () => {
    bot = await service.create(scratch('response'), {
      secrets: { site: secret },
      config: { caps, account: [{ platform: 'standard-webhooks', name: 'site', secret_files: ['secrets/site'] }] },
    });
    hook = `${bot.url}/hooks/standard-webhooks/site`;
    await bot.start();
  });
  after(() => bot?.stop());

  const delivered = async () => (await bot.outbox()).length;

  it('answers a signed mention', async (t) => {
    const body = mention_payload(question, { thread: 'r-1' });
    const begun = Date.now();
    const answer = await deliver(hook, secret, body);
    t.diagnostic(`answered in ${Date.now() - begun} ms`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers['content-type'], /application\/json/);
    assert_answers(JSON.parse(answer.body));
  });

  it('says the same to a repeated delivery, and notes it once', async () => {
    const id = new_id();
    const body = mention_payload(question, { thread: 'r-2' });
    const count = await delivered();
    const first = await deliver(hook, secret, body, { id });
    const second = await deliver(hook, secret, body, { id });
    await sleep(50);
    const third = await deliver(hook, secret, body, { id, at: new Date(Date.now() + 2000) });
    assert.equal(second.status, 200);
    assert.deepEqual(said(second), said(first));
    assert.deepEqual(said(third), said(first));
    assert_answers(JSON.parse(first.body));
    assert.equal(await delivered(), count + 1);
  });

  it('says the same to deliveries at the same moment', async () => {
    const id = new_id();
    const body = mention_payload(question, { thread: 'r-3' });
    const count = await delivered();
    const all = await Promise.all(Array.from({ length: 8 }, () => deliver(hook, secret, body, { id })));
    for (const answer of all) {
      assert.equal(answer.status, 200, answer.body);
      assert.deepEqual(said(answer), said(all[0]));
    }
    assert.equal(await delivered(), count + 1);
  });

  it('knows the same message under another id', async () => {
    const count = await delivered();
    const body = mention_payload(question, { thread: 'r-4', message: 'm-twice' });
    const first = await deliver(hook, secret, body);
    const second = await deliver(hook, secret, body);
    assert.equal(second.status, 200);
    assert.deepEqual(said(second), said(first));
    assert.equal(await delivered(), count + 1);
  });

  it('does not answer a bot', async () => {
    const count = await delivered();
    const answer = await deliver(hook, secret, mention_payload(question, { thread: 'r-5', is_bot: true }));
    assert.equal(answer.status, 200);
    assert.doesNotMatch(answer.body, /90%/);
    assert.equal(await delivered(), count);
  });
});

describe('answers in the response, killed meanwhile', () => {
  const secret = new_secret();
  let bot;
  let hook;

  before(async () => {
    bot = await service.create(scratch('response-kill'), {
      secrets: { site: secret },
      config: { caps, account: [{ platform: 'standard-webhooks', name: 'site', secret_files: ['secrets/site'] }] },
    });
    hook = `${bot.url}/hooks/standard-webhooks/site`;
  });
  after(() => bot?.stop({ signal: 'SIGKILL' }));

  for (const step of ['admitted', 'stored', 'taken', 'decided', 'acknowledged']) {
    it(`gives the answer when the delivery is repeated after a death at ${step}`, async () => {
      const id = new_id();
      const body = mention_payload(question, { thread: `k-${step}` });
      const child = await bot.start({ crash_at: step });
      await assert.rejects(deliver(hook, secret, body, { id }));
      assert.equal((await ended_within(child, 5000))?.signal, 'SIGKILL');
      await bot.start();
      const count = (await bot.outbox()).length;
      const answer = await until(
        'the answer',
        async () => {
          const got = await deliver(hook, secret, body, { id });
          if (got.status !== 200) assert.equal(got.status, 503);
          return got.status === 200 ? got : null;
        },
        { limit: 40000, every: 500 },
      );
      assert_answers(JSON.parse(answer.body));
      const after_that = await deliver(hook, secret, body, { id });
      assert.deepEqual(said(after_that), said(answer));
      assert.ok((await bot.outbox()).length - count <= 1);
      await bot.stop();
    });
  }

  it('has one entry in the ledger for each', async () => {
    await bot.start();
    assert.equal((await bot.outbox()).length, 5);
  });
});

describe('answers by callback', () => {
  const secret = new_secret();
  const received = [];
  let misbehave = [];
  let bot;
  let hook;
  let receiver;

  before(async () => {
    receiver = await listen(async (request, response) => {
      const body = await read_body(request);
      received.push({ headers: request.headers, body, path: request.url, method: request.method });
      const fault = misbehave.shift();
      if (fault === 'drop') return response.destroy();
      response.writeHead(typeof fault === 'number' ? fault : 204, fault === 429 ? { 'retry-after': '1' } : {});
      return response.end();
    });
    bot = await service.create(scratch('callback'), {
      secrets: { site: secret },
      config: {
        caps,
        delivery: { first_retry_seconds: 1, longest_retry_seconds: 1 },
        account: [{ platform: 'standard-webhooks', name: 'site', secret_files: ['secrets/site'], settings: { callback_url: `${receiver.url}/answers` } }],
      },
    });
    hook = `${bot.url}/hooks/standard-webhooks/site`;
    await bot.start();
  });
  after(async () => {
    await bot?.stop();
    await receiver?.close();
  });

  const settled = () =>
    until('the outbox to be empty', async () => (await bot.outbox()).every(({ state }) => state === 'delivered'), { limit: 15000, every: 100 });

  it('acknowledges, then calls back once, signed', async (t) => {
    const body = mention_payload(question, { thread: 'c-1', message: 'c-1-m' });
    const id = new_id();
    const begun = Date.now();
    const answer = await deliver(hook, secret, body, { id });
    assert.equal(answer.status, 200);
    assert.doesNotMatch(answer.body, /90%/);
    await until('the callback', () => received.length > 0);
    t.diagnostic(`called back after ${Date.now() - begun} ms`);
    await deliver(hook, secret, body, { id });
    await deliver(hook, secret, body);
    await settled();
    await sleep(1500);
    assert.equal(received.length, 1);
    const [call] = received;
    assert.equal(call.method, 'POST');
    assert.equal(call.path, '/answers');
    const callback = verify(secret, call.headers, call.body);
    assert_answers(callback);
    assert.ok(texts_in(callback).includes('c-1'), 'names the thread');
    assert.ok(texts_in(callback).includes('c-1-m'), 'names the message');
  });

  it('has a signature that a changed body does not pass', () => {
    const [call] = received;
    assert.throws(() => verify(secret, call.headers, call.body.replace('90', '91')));
    assert.throws(() => verify(new_secret(), call.headers, call.body));
  });

  it('repeats under the same id until it is taken', async () => {
    received.length = 0;
    misbehave = ['drop', 500, 429];
    await deliver(hook, secret, mention_payload(question, { thread: 'c-2' }));
    await until('four attempts', () => received.length >= 4, { limit: 20000 });
    await settled();
    await sleep(1500);
    assert.equal(received.length, 4);
    assert.equal(new Set(received.map(({ headers }) => headers['webhook-id'])).size, 1);
    for (const { headers, body } of received) assert_answers(verify(secret, headers, body));
  });

  it('leaves a receiver that is gone for good', async () => {
    received.length = 0;
    misbehave = [410];
    await deliver(hook, secret, mention_payload(question, { thread: 'c-3' }));
    await until('the refusal to be noted', async () => (await bot.outbox()).some(({ state }) => state === 'refused'));
    await sleep(1500);
    assert.equal(received.length, 1);
  });
});
