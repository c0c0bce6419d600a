// A visitor comments under a real WordPress post, in a real browser; our plugin tells the service, which answers in the thread.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { free_ports, patience, scratch, sleep, until } from '../lib/basics.js';
import { browser, no_browser, phone, shot } from '../lib/browser.js';
import { service } from '../lib/service.js';
import { bot, no_wordpress, wordpress } from './wordpress.js';

const question = "@stillholds does the US really have 90% of the world's AI compute?";

describe('a real WordPress site', { skip: no_browser || no_wordpress }, () => {
  let bot_service;
  let site;
  let chrome;

  before(async () => {
    const folder = scratch('wordpress');
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const [port] = await free_ports(1);
    bot_service = await service.create(folder, { secrets: { hook: secret } });
    site = await wordpress.start(folder, { port, secret, hook: `${bot_service.url}/hooks/wordpress/main` });
    assert.equal(site.user, bot.id);
    bot_service.write_secret('password', site.password);
    bot_service.write_config({
      caps: { per_person: 0, per_thread: 0, per_space_per_minute: 0 },
      account: [
        {
          platform: 'wordpress', name: 'main', api_url: site.url, secret_files: ['secrets/hook'], token_file: 'secrets/password',
          settings: { bot_user_id: String(bot.id), bot_login: bot.login },
        },
      ],
    });
    await bot_service.start();
    chrome = await browser.start();
  });

  after(async () => {
    await chrome?.close();
    await bot_service?.stop();
    await site?.stop();
  });

  // Fills in the form below the post and sends it; resolves to the comment's id and the milliseconds until the page was back.
  async function write(page, text, { name = 'Mara', mail = 'mara@reader.example' } = {}) {
    const before = (await site.comments()).length;
    await page.goto(site.page);
    await page.fill('#comment', text);
    await page.fill('#author', name);
    await page.fill('#email', mail);
    const clicked = Date.now();
    await Promise.all([page.waitForURL(/#comment-|unapproved/), page.click('#submit')]);
    const waited = Date.now() - clicked;
    const own = (await site.comments()).slice(before).find((one) => one.user === 0);
    return { id: own.id, clicked, waited };
  }

  const answered = (id) =>
    until('an answer', async () => (await site.answers_to(id)).find((one) => one.state === '1'), { limit: 15000 }).catch((problem) => {
      assert.fail(`${problem.message}\nservice: ${bot_service.tail()}\nsite: ${site.tail()}`);
    });

  let first;

  it('signs in, as probe says', async () => {
    const { code, out, err } = await bot_service.command('probe', 'main', '--config', bot_service.config_file);
    assert.equal(code, 0, out + err);
    assert.match(out, /signed in as stillholds/);
  });

  it('answers under the comment, and the visitor does not wait for it', async (t) => {
    const page = await chrome.person();
    const asked = await write(page, question);
    await answered(asked.id);
    const listed = Date.now() - asked.clicked;
    await page.reload();
    const answer = page.locator(`#comment-${asked.id} ol .comment, #comment-${asked.id} ul .comment, li.bypostauthor, .children .comment`).first();
    await answer.waitFor();
    t.diagnostic(`after the click: page back ${asked.waited} ms, answer stored ${listed} ms`);
    assert.ok(listed < 5000 * patience, `${listed} ms from the click to the answer`);
    const text = await answer.innerText();
    assert.match(text, /The U\.S\. holds 90% of global AI computing power/);
    assert.match(text, /Status: never well supported/);
    assert.doesNotMatch(text, /&quot;|<b>|<a |\u2060\u2060/);
    const links = await answer.locator('a[href^="http"]').evaluateAll((all) => all.map((one) => one.href));
    assert.ok(links.some((one) => one.includes('/a/us-china-ai-gap/compute-us-90pct')), links.join(' '));
    await shot(page, 'wordpress-desktop');
    first = asked.id;
  });

  it('answers once', async () => {
    await site.cron();
    await sleep(1000);
    assert.equal((await site.answers_to(first)).length, 1);
  });

  it('shows well on a phone', async () => {
    const page = await chrome.person({ viewport: phone });
    await page.goto(site.page);
    await page.getByText('never well supported').first().waitFor();
    await shot(page, 'wordpress-phone');
  });

  it('follows an edited question', async () => {
    await site.moderate(`wp_update_comment(['comment_ID' => ${first}, 'comment_content' => '@stillholds should they update the piece?']);`);
    await until('the other answer', async () => /31 claims/.test((await site.answers_to(first))[0]?.text ?? ''), { limit: 15000 });
    assert.equal((await site.answers_to(first)).length, 1);
  });

  it('takes the answer away when the question goes', async () => {
    await site.moderate(`wp_trash_comment(${first});`);
    await until('the answer to go', async () => (await site.answers_to(first)).length === 0, { limit: 15000 });
  });

  it('answers again when the question comes back', async () => {
    await site.moderate(`wp_untrash_comment(${first});`);
    await until('a new answer', async () => (await site.answers_to(first)).filter((one) => one.state === '1').length === 1, { limit: 15000 });
    await site.moderate(`wp_trash_comment(${first});`);
    await until('it to go as well', async () => (await site.answers_to(first)).length === 0, { limit: 15000 });
  });

  it('waits for approval, then answers', async () => {
    await site.moderate("update_option('comment_moderation', 1);");
    const page = await chrome.person();
    const asked = await write(page, '@stillholds list', { name: 'Jo', mail: 'jo@reader.example' });
    await sleep(1500);
    assert.equal((await site.answers_to(asked.id)).length, 0);
    await site.moderate(`wp_set_comment_status(${asked.id}, 'approve'); update_option('comment_moderation', 0);`);
    await answered(asked.id);
  });

  // The plugin waits half a minute before its second attempt; the site's clock is not ours to move, its queue is.
  async function deliver_now() {
    await site.moderate("$all = _get_cron_array(); $due = []; foreach ($all as $when => $jobs) foreach ($jobs as $hook => $one) foreach ($one as $id => $job) $due[$hook === STILLHOLDS_JOB ? time() - 1 : $when][$hook][$id] = $job; ksort($due); _set_cron_array($due);");
    await site.cron();
  }

  it('does not answer a question that was taken away while it was away', async () => {
    await bot_service.stop();
    const page = await chrome.person();
    const asked = await write(page, '@stillholds sources', { name: 'Ida', mail: 'ida@reader.example' });
    await until('the failed attempt', async () => /_created_/.test((await site.sql("select option_value from wp_options where option_name = 'cron'"))[0][0]), { limit: 20000 });
    await site.moderate(`wp_trash_comment(${asked.id});`);
    await bot_service.start();
    await deliver_now();
    await sleep(2000);
    assert.equal((await site.answers_to(asked.id)).length, 0);
    assert.doesNotMatch((await site.sql("select option_value from wp_options where option_name = 'cron'"))[0][0], /stillholds_deliver/);
  });

  it('is told what happened while it was away', async () => {
    await bot_service.stop();
    const page = await chrome.person();
    const asked = await write(page, '@stillholds help', { name: 'Kim', mail: 'kim@reader.example' });
    await until('the failed attempt', async () => /wp_\d+_\d+_created_[0-9a-f]+/.test((await site.sql("select option_value from wp_options where option_name = 'cron'"))[0][0]), { limit: 20000 });
    await bot_service.start();
    await deliver_now();
    await answered(asked.id);
    assert.equal((await site.answers_to(asked.id)).length, 1);
  });

  it('runs nothing that a hostile visitor wrote, and is not fooled by its own name', async () => {
    const page = await chrome.person();
    const asked = await write(page, '@stillholds <script>window.hit=1</script> does [x](javascript:alert(1)) China hold 15% of AI compute?', { name: 'stillholds', mail: 'thief@reader.example' });
    await answered(asked.id);
    await page.reload();
    assert.deepEqual(page.problems, []);
    assert.equal(await page.evaluate(() => window.hit), undefined);
  });

  it('stays silent where it was not asked', async () => {
    const page = await chrome.person();
    const asked = await write(page, 'I agree with @stillholds2, and mail me at x@stillholds.example', { name: 'Lee', mail: 'lee@reader.example' });
    await sleep(2500);
    assert.equal((await site.answers_to(asked.id)).length, 0);
  });

  it('let nothing leave the machine', () => {
    assert.deepEqual(chrome.outside.filter((one) => !/gravatar|w\.org|wordpress\.org/.test(one)), []);
  });
});
