// What the webhook edge lets in: genuine, fresh, well-formed requests for accounts that exist, and nothing else.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { exchange, scratch, until } from '../lib/basics.js';
import { service } from '../lib/service.js';
import * as slack from '../lib/slack.js';
import * as hooks from '../lib/standard_hooks.js';

const secrets = { signing: randomBytes(16).toString('hex'), token: slack.workspace.token, site: hooks.new_secret() };
const asked = 'how many zebras live in the words of this question?';

// The reference library signs text; this signs raw bytes in the same way.
function signed_bytes(secret, bytes) {
  const id = hooks.new_id();
  const seconds = String(Math.floor(Date.now() / 1000));
  const sum = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64')).update(`${id}.${seconds}.`).update(bytes).digest('base64');
  return { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${sum}` };
}

describe('the webhook edge', () => {
  let bot;
  let to_slack;
  let to_site;

  before(async () => {
    bot = await service.create(scratch('edge'), {
      secrets,
      config: {
        server: { limits: { body_bytes: 65536 } },
        log: { level: 'debug' },
        account: [
          { platform: 'slack', name: 'main', api_url: 'http://127.0.0.1:9', secret_files: ['secrets/signing'], token_file: 'secrets/token', settings: { bot_user: slack.workspace.bot } },
          { platform: 'standard-webhooks', name: 'site', secret_files: ['secrets/site'] },
        ],
      },
    });
    to_slack = `${bot.url}/hooks/slack/main`;
    to_site = `${bot.url}/hooks/standard-webhooks/site`;
    await bot.start();
  });
  after(() => bot?.stop());

  const post = (url, body, headers) => exchange(url, { method: 'POST', body, headers });
  const stored = async () => (await bot.outbox()).length;

  it('takes what is signed', async () => {
    const body = hooks.mention_payload(asked);
    assert.equal((await post(to_site, body, hooks.signed_headers(secrets.site, hooks.new_id(), body))).status, 200);
    const mention = slack.mention_body({ text: asked });
    assert.equal((await post(to_slack, mention, slack.signed_headers(secrets.signing, mention))).status, 200);
    await until('both to be decided', async () => (await stored()) === 2);
  });

  it('echoes the challenge of a signed handshake, as it must', async () => {
    const body = JSON.stringify({ token: 'x', challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P', type: 'url_verification' });
    const answer = await post(to_slack, body, slack.signed_headers(secrets.signing, body));
    assert.equal(answer.status, 200);
    assert.match(answer.body, /3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P/);
  });

  describe('refuses with 401', () => {
    const body = slack.mention_body({ text: asked });
    const good = slack.signed_headers(secrets.signing, body);
    const now = Math.floor(Date.now() / 1000);
    const site_body = hooks.mention_payload(asked);
    const site_good = hooks.signed_headers(secrets.site, 'msg_edge', site_body);
    const without = (headers, name) => Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
    const cases = {
      'a request without signature': () => [to_slack, body, without(good, 'x-slack-signature')],
      'a request without timestamp': () => [to_slack, body, without(good, 'x-slack-request-timestamp')],
      'a changed body': () => [to_slack, body.replace('zebras', 'zebres'), good],
      'a body with a byte more': () => [to_slack, body + ' ', good],
      'a changed timestamp': () => [to_slack, body, { ...good, 'x-slack-request-timestamp': String(now - 1) }],
      'another secret': () => [to_slack, body, slack.signed_headers('another', body)],
      'an empty secret': () => [to_slack, body, slack.signed_headers('', body)],
      'a signature of six minutes ago': () => [to_slack, body, slack.signed_headers(secrets.signing, body, { seconds: now - 360 })],
      'a signature of six minutes ahead': () => [to_slack, body, slack.signed_headers(secrets.signing, body, { seconds: now + 360 })],
      'an empty signature': () => [to_slack, body, { ...good, 'x-slack-signature': '' }],
      'a signature cut short': () => [to_slack, body, { ...good, 'x-slack-signature': good['x-slack-signature'].slice(0, 20) }],
      'two signatures': () => [to_slack, body, { ...good, 'x-slack-signature': [good['x-slack-signature'], good['x-slack-signature']] }],
      'an unsigned malformed body': () => [to_slack, '{', { 'content-type': 'application/json' }],
      'a generic webhook without signature': () => [to_site, site_body, without(site_good, 'webhook-signature')],
      'a generic webhook under another id': () => [to_site, site_body, { ...site_good, 'webhook-id': 'msg_other' }],
      'a generic webhook with a changed body': () => [to_site, site_body.replace('zebras', 'zebres'), site_good],
      'a generic webhook of six minutes ago': () => [to_site, site_body, hooks.signed_headers(secrets.site, 'msg_old', site_body, new Date(Date.now() - 360_000))],
      'a generic webhook of six minutes ahead': () => [to_site, site_body, hooks.signed_headers(secrets.site, 'msg_new', site_body, new Date(Date.now() + 360_000))],
      'a version it does not know': () => [to_site, site_body, { ...site_good, 'webhook-signature': site_good['webhook-signature'].replace('v1,', 'v9,') }],
    };
    for (const [name, make] of Object.entries(cases)) {
      it(name, async () => {
        const count = await stored();
        const { status } = await post(...make());
        assert.equal(status, 401);
        assert.equal(await stored(), count);
      });
    }
  });

  describe('refuses with 400 what is signed and makes no sense', () => {
    const nested = (depth) => `{"type":"comment.mention","data":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const whole = hooks.mention_payload(asked);
    const cases = {
      'cut-off JSON': whole.slice(0, 60),
      'no JSON': 'hello',
      'an empty body': '',
      'JSON with something after it': whole + '{}',
      'a list': '[1,2,3]',
      'a number where text belongs': whole.replace(JSON.stringify(asked), '5'),
      'a list where text belongs': whole.replace(JSON.stringify(asked), '["a"]'),
      'null where the data belong': '{"type":"comment.mention","data":null}',
      'data without author': JSON.stringify({ type: 'comment.mention', data: { thread_id: 'a', message_id: 'b', text: asked } }),
      '10 000 levels': nested(10_000),
      'a thousand levels': nested(1000),
      'a byte that is no UTF-8': Buffer.concat([Buffer.from(whole.slice(0, -20)), Buffer.from([0xff, 0xfe]), Buffer.from(whole.slice(-20))]),
      'an overlong UTF-8 form': Buffer.concat([Buffer.from(whole.slice(0, whole.indexOf('zebras'))), Buffer.from([0xc0, 0xaf]), Buffer.from(whole.slice(whole.indexOf('zebras')))]),
      'half a surrogate pair': whole.replace('zebras', '\\ud83d'),
      'the same key twice': whole.replace('"type":"comment.mention"', '"type":"comment.mention","type":"comment.mention"'),
      'the same key twice inside': whole.replace('"thread_id":', '"thread_id":"x","thread_id":'),
    };
    for (const [name, body] of Object.entries(cases)) {
      it(name, async () => {
        const count = await stored();
        const bytes = Buffer.from(body);
        const { status } = await post(to_site, bytes, signed_bytes(secrets.site, bytes));
        assert.equal(status, 400);
        assert.equal(await stored(), count);
      });
    }

    it('the same through Slack', async () => {
      for (const body of ['{', '[]', '{"type":"event_callback","event":5,"event_id":"Ev1"}', slack.mention_body({ text: asked }).replace(/"ts":"[^"]+"/, '"ts":17')]) {
        assert.equal((await post(to_slack, body, slack.signed_headers(secrets.signing, body))).status, 400, body.slice(0, 60));
      }
    });
  });

  it('says 413 to a body that is too large, and can be read', async () => {
    for (const size of [65_537, 300_000, 900_000]) {
      const body = JSON.stringify({ filler: 'x'.repeat(size - 13) });
      const { status, body: said } = await post(to_site, body, hooks.signed_headers(secrets.site, hooks.new_id(), body));
      assert.equal(status, 413);
      assert.match(said, /too large/);
    }
    const just = '"' + 'x'.repeat(65_534) + '"';
    assert.notEqual((await post(to_site, just, hooks.signed_headers(secrets.site, hooks.new_id(), just))).status, 413);
  });

  it('says 405 and what would do', async () => {
    for (const [method, target] of [['GET', to_slack], ['PUT', to_site], ['DELETE', to_site], ['PATCH', to_slack], ['POST', `${bot.url}/`], ['POST', `${bot.url}/a/us-china-ai-gap`]]) {
      const { status, headers } = await exchange(target, { method });
      assert.equal(status, 405, `${method} ${target}`);
      assert.match(headers.allow ?? '', /^[A-Z]+(, [A-Z]+)*$/);
      assert.ok(!headers.allow.split(', ').includes(method));
    }
  });

  it('says 404 where there is nothing', async () => {
    const body = hooks.mention_payload(asked);
    for (const path of ['/hooks/', '/hooks/slack', '/hooks/slack/other', '/hooks/nowhere/main', '/hooks/slack/main%00', '/hooks/SLACK/main', '/hooks/standard-webhooks/site2', '/hooks//main']) {
      assert.equal((await post(bot.url + path, body, hooks.signed_headers(secrets.site, hooks.new_id(), body))).status, 404, path);
    }
  });

  it('keeps metrics for the inner listener', async () => {
    assert.equal((await exchange(`${bot.url}/metrics`)).status, 404);
    assert.equal((await exchange(`${bot.admin}/metrics`)).status, 200);
    assert.equal((await exchange(`${bot.admin}/healthz`)).status, 200);
    assert.equal((await exchange(`${bot.admin}/hooks/slack/main`, { method: 'POST', body: '{}' })).status, 404);
  });

  it('wrote neither secrets nor readers\' words into its log, and a JSON object a line', () => {
    const text = readFileSync(bot.log, 'utf8');
    for (const secret of [...Object.values(secrets), 'zebras', 'U0ASKER01']) assert.ok(!text.includes(secret), `the log holds ${secret}`);
    for (const line of text.split('\n').filter(Boolean)) assert.ok(JSON.parse(line).event, line);
  });
});
