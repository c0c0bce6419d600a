// Standard Webhooks, from our WordPress plugin: PHP signs, both libraries check, and our verifier says the same as they do.
import assert from 'node:assert/strict';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'node:test';
import { patience, repository } from '../e2e/lib/basics.js';
import { court } from './lib/agreement.js';
import { cut, flipped_bits } from './lib/alterations.js';
import { account_of } from './lib/fixtures.js';
import { is_genuine, libraries, missing as no_library } from './lib/standard.js';

const core = fileURLToPath(new URL('lib/wordpress_core.php', import.meta.url));
const plugin = path.join(repository, 'deploy/wordpress/stillholds.php');
const no_php = spawnSync('php', ['--version'], { timeout: 10000 }).error ? 'php (Debian package php-cli) is not installed' : false;
const proof = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
const account = account_of('wordpress');

const question = (id, text, parent = 0) => ({
  comment_ID: id,
  comment_parent: parent,
  comment_post_ID: 7,
  comment_type: 'comment',
  comment_content: `@${account.settings.bot_login} ${text}`,
  comment_approved: 1,
  comment_author: 'Zoë',
  comment_author_email: '',
  comment_author_IP: '192.0.2.1',
  user_id: 0,
});
const created = (id) => ({ hook: 'wp_insert_comment', arguments: [id, { comment: id }] });
const edited = (id) => ({ hook: 'edit_comment', arguments: [id] });
const trashed = (id) => ({ hook: 'transition_comment_status', arguments: ['trash', 'approved', { comment: id }] });
const restored = (id) => ({ hook: 'transition_comment_status', arguments: ['approved', 'trash', { comment: id }] });

// What the plugin would send, as deliveries.
function sent(happenings, { comments, secret = account.secrets[0], answers = [] }) {
  const input = JSON.stringify({ plugin, secret, comments, happenings, answers });
  const { status, stdout, stderr } = spawnSync('php', ['-d', 'display_errors=stderr', core], { input, encoding: 'utf8', timeout: 10000 * patience });
  assert.equal(status, 0, `PHP ended with ${status}: ${stderr}`);
  assert.equal(stderr, '');
  return JSON.parse(stdout).map(({ headers, body, now }) => ({
    name: headers['webhook-id'],
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(body, 'base64'),
    now,
    secret,
  }));
}

describe('Standard Webhooks: what the WordPress plugin signs', { skip: no_php || no_library }, () => {
  const texts = ['does the US hold 90% of it?', '美国真的拥有全球90%的AI算力吗？🤖', 'is "half/all" of it \\ gone\u2028?', 'x'.repeat(20000)];
  const comments = texts.map((text, at) => question(41 + at, text, at === 1 ? 41 : 0));

  for (const library of libraries) {
    const wordpress = new court({ platform: 'wordpress', settings: account.settings, timed: true, verdict: (delivery) => is_genuine(library, delivery) });

    it(`${library.name} and we take new, edited and deleted comments`, async () => {
      const happenings = [...comments.map(({ comment_ID }) => created(comment_ID)), edited(42), trashed(42)];
      const deliveries = sent(happenings, { comments });
      assert.deepEqual(deliveries.map(({ name }) => name.replace(/[0-9a-f]{16}$/, '…')), ['wp_1_41_created_…', 'wp_1_42_created_…', 'wp_1_43_created_…', 'wp_1_44_created_…', 'wp_1_42_edited_…', 'wp_1_42_deleted_…']);
      const questions = deliveries.slice(0, texts.length);
      await wordpress.differ(questions, { vendor: true, outcome: 'mention' });
      await wordpress.both_take(questions.slice(0, 2).map((delivery, at) => ({ ...delivery, expected: { question: texts[at] } })));
      await wordpress.differ(deliveries.slice(texts.length), { vendor: true, outcome: 'ignore' });  // no new question, and genuine
    });

    it(`${library.name} and we take them whatever bytes the secret has`, async () => {
      const secrets = [Buffer.alloc(1, 1), Buffer.alloc(24, 0xff), Buffer.from(Array.from({ length: 64 }, (_, at) => at * 4)), Buffer.alloc(32)];
      const deliveries = secrets.flatMap((bytes) => sent([created(41)], { comments, secret: 'whsec_' + bytes.toString('base64') }));
      await wordpress.differ(deliveries, { vendor: true, outcome: 'mention' });
    });

    it(`${library.name} and we take a repeat after a failure, signed anew under the same id`, async () => {
      const deliveries = sent([created(41)], { comments, answers: [503, 204] });
      const [first, second] = deliveries.map(({ headers }) => headers);
      assert.equal(deliveries.length, 2);
      assert.equal(second['webhook-id'], first['webhook-id']);
      assert.ok(Number(second['webhook-timestamp']) > Number(first['webhook-timestamp']));
      assert.notEqual(second['webhook-signature'], first['webhook-signature']);
      await wordpress.differ(deliveries, { vendor: true, outcome: 'mention' });
    });

    it(`${library.name} and we hear nothing that a later change has overtaken`, async () => {
      const changes = (happenings, answers) => sent(happenings, { comments, answers }).map(({ name }) => name.split('_')[3]);
      const once = (happening) => ({ ...happening, jobs: 1 });
      assert.deepEqual(changes([once(created(41)), trashed(41)], [503]), ['created', 'deleted']);
      assert.deepEqual(changes([once(created(41)), once(trashed(41)), restored(41)], [503]), ['created', 'created']);
      assert.deepEqual(changes([created(41), once(trashed(41)), restored(41)], [200, 503]), ['created', 'deleted', 'created']);
    });

    it(`${library.name} and we refuse any alteration`, async (t) => {
      const [delivery] = sent([created(42)], { comments });
      const old = { ...delivery, now: delivery.now + 600, name: 'ten minutes later' };
      const stranger = { ...delivery, secret: 'whsec_' + Buffer.alloc(24, 9).toString('base64'), name: 'another secret' };
      const altered = [...flipped_bits(delivery, proof), ...cut(delivery, proof), old, stranger];
      assert.equal(await wordpress.both_refuse(altered, ({ name }) => name === 'webhook-timestamp and A'), 1);  // its digits are the same
      t.diagnostic(`${altered.length} cases`);
    });
  }
});
