// Standard Webhooks, from us: the service itself answers by callback, and both libraries check the request that arrives.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { exchange, listen, scratch, until } from '../e2e/lib/basics.js';
import { service } from '../e2e/lib/service.js';
import { court } from './lib/agreement.js';
import { cut, flipped_bits } from './lib/alterations.js';
import { is_genuine, libraries, missing, signed } from './lib/standard.js';

const proof = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
const question = "does the US really have 90% of the world's AI compute?";
const seconds_now = () => Math.floor(Date.now() / 1000);

describe('Standard Webhooks: what we sign', { skip: missing }, () => {
  const secret = 'whsec_' + randomBytes(24).toString('base64');
  const received = [];
  let busy = false;  // the receiver wants the next request two seconds later
  let receiver;
  let bot;

  before(async () => {
    receiver = await listen(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      received.push({ name: `callback ${received.length + 1}`, headers: request.headers, body: Buffer.concat(parts), now: seconds_now(), secret });
      response.writeHead(...(busy ? [503, { 'retry-after': '2' }] : [204])).end();
      busy = false;
    });
    bot = await service.create(scratch('vendor-replies'), {
      secrets: { site: secret },
      config: {
        account: [{ platform: 'standard-webhooks', name: 'site', secret_files: ['secrets/site'], settings: { callback_url: `${receiver.url}/answers` } }],
      },
    });
    await bot.start();
  });
  after(async () => {
    await bot?.stop();
    await receiver?.close();
  });

  // A question that the library signs, in a thread of its own; resolves to the callbacks that it led to.
  async function ask(library, text, thread, { callbacks = 1 } = {}) {
    const before_that = received.length;
    const data = { thread_id: thread, message_id: `${thread}-m`, author: { id: 'u-1', is_bot: false }, text };
    const body = Buffer.from(JSON.stringify({ type: 'comment.mention', timestamp: new Date().toISOString(), data }));
    const { headers } = signed(library, { body, secret, now: seconds_now() }, { id: `msg_${thread}` });
    const answer = await exchange(`${bot.url}/hooks/standard-webhooks/site`, { method: 'POST', headers, body });
    assert.equal(answer.status, 200, answer.body);
    await until('the callback', () => received.length >= before_that + callbacks, { limit: 15000 });
    return received.slice(before_that);
  }

  const both_take = (callback) => libraries.forEach((library) => assert.ok(is_genuine(library, callback), `${library.name}: ${callback.name}`));

  for (const library of libraries) {
    it(`a question signed by ${library.name} is answered by a callback that both libraries take`, async () => {
      const [callback] = await ask(library, question, `by-${library.name}`);
      both_take(callback);
      const { type, data } = JSON.parse(callback.body);
      assert.equal(type, 'comment.reply');
      assert.equal(data.in_reply_to, `by-${library.name}-m`);
      assert.match(data.text, /90% of global AI computing power/);
    });
  }

  it('so is one whose words are not ASCII', async () => {
    const [callback] = await ask(libraries[0], '美国真的拥有全球90%的AI算力吗？🤖', 'words');
    both_take(callback);
    assert.ok(callback.body.some((byte) => byte >= 0x80), 'nothing beyond ASCII went under the signature');
  });

  it('a repeat after a failure is signed anew under the same id, and taken', async () => {
    busy = true;
    const callbacks = await ask(libraries[1], question, 'again', { callbacks: 2 });
    callbacks.forEach(both_take);
    const [first, second] = callbacks.map(({ headers }) => headers);
    assert.equal(second['webhook-id'], first['webhook-id']);
    assert.ok(Number(second['webhook-timestamp']) > Number(first['webhook-timestamp']));
    assert.notEqual(second['webhook-signature'], first['webhook-signature']);
  });

  // Our verifier is one more witness: to it our own callback is genuine and no question.
  for (const library of libraries) {
    it(`${library.name} and we refuse any alteration of a callback`, async (t) => {
      const callback = received[0];
      assert.ok(callback, 'there is no callback');
      const hooks = new court({ platform: 'standard-webhooks', manifest_name: 'generic', timed: true, verdict: (delivery) => is_genuine(library, delivery) });
      await hooks.differ([callback], { vendor: true, outcome: 'ignore' });
      const old = { ...callback, now: callback.now + 600, name: 'ten minutes later' };
      const stranger = { ...callback, secret: 'whsec_' + randomBytes(24).toString('base64'), name: 'another secret' };
      const altered = [...flipped_bits(callback, proof), ...cut(callback, proof), old, stranger];
      assert.equal(await hooks.both_refuse(altered, ({ name }) => name === 'webhook-timestamp and A'), 1);  // its digits are the same
      t.diagnostic(`${altered.length} cases`);
    });
  }
});
