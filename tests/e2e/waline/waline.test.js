// A person asks in a real comment thread, in a real browser, on a real Waline server; the real service answers.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { exchange, free_ports, patience, scratch, sleep, until } from '../lib/basics.js';
import { browser, no_browser, overflow, phone, shot } from '../lib/browser.js';
import { service } from '../lib/service.js';
import { bot, waline } from './waline.js';

const limit_answer = 2000 * patience;  // from the click to the answer in the page
const question = "@stillholds does the US really have 90% of the world's AI compute?";
const claim_page = '/a/us-china-ai-gap/compute-us-90pct';

let last_octet = 10;
const new_ip = () => `203.0.113.${++last_octet}`;  // another person, another address: guests may write once a minute

describe('a real Waline page', { skip: no_browser }, () => {
  let bot_service;
  let site;
  let chrome;

  before(async () => {
    const folder = scratch('waline');
    const secret = randomBytes(24).toString('hex');
    const [port] = await free_ports(1);
    bot_service = await service.create(folder, { secrets: { path: secret } });
    site = await waline.start(folder, { port, webhook: `${bot_service.url}/hooks/waline/notes/${secret}` });
    bot_service.write_secret('token', site.bot_token);
    bot_service.write_config({
      caps: { per_person: 0, per_thread: 0, per_space_per_minute: 0 },
      account: [
        {
          platform: 'waline', name: 'notes', api_url: site.url,
          secret_files: ['secrets/path'], token_file: 'secrets/token',
          settings: { bot_name: bot.display_name, bot_mail: bot.email, bot_user_id: site.bot_id },
        },
      ],
    });
    await bot_service.start();
    chrome = await browser.start();
    // The site has been read and written before: nobody here is the first ever to make the server load its code.
    await site.post('@stillholds list', { url: '/earlier', ip: new_ip() });
    await until('the first answer', async () => (await site.bot_replies('/earlier')).length === 1, { limit: 15000 });
  });

  after(async () => {
    await chrome?.close();
    await bot_service?.stop();
    await site?.stop();
  });

  // Types and sends a comment as a person would; resolves to the moment of the click and the milliseconds until Waline confirmed.
  async function write(page, text, { nick = 'Mara', mail = 'mara@reader.example', form = page.locator('.wl-panel').first() } = {}) {
    await page.locator('input[name=nick]').first().fill(nick);
    await page.locator('input[name=mail]').first().fill(mail);
    await form.locator('textarea').fill(text);
    const stored = page.waitForResponse((one) => one.request().method() === 'POST' && one.url().includes('/api/comment'));
    const clicked = Date.now();
    await form.locator('button[type=submit]').click();
    await stored;  // a reload before that would take the comment back
    return { clicked, confirmed: Date.now() - clicked };
  }

  const answers_in = (page) => page.locator('.wl-quote .wl-card-item', { has: page.locator('.administrator-icon') });
  const words_of = (card) => card.locator('.wl-content > div').first();

  // Waits until `count` answers stand below the address and reloads the page, as a person does who waits for them. Resolves
  // to the milliseconds from the click to the answer in Waline's list, and to the answer on the screen.
  async function see_answers(page, count, { clicked, confirmed }) {
    const address = new URL(page.url()).pathname;
    await until('the answer in the list', async () => (await site.bot_replies(address)).length >= count, { limit: 15000 }).catch((problem) => {
      assert.fail(`${problem.message}; the service says:\n${bot_service.tail()}`);
    });
    const listed = Date.now() - clicked;
    await page.reload();
    await answers_in(page).nth(count - 1).waitFor();
    return { confirmed, listed, shown: Date.now() - clicked };
  }

  // Asks on a page of its own and waits; resolves to {page, card, text} and the times.
  async function ask(address, text, { person = {}, ...who } = {}) {
    const page = await chrome.person({ ip: new_ip(), ...person });
    await page.goto(site.site.url + address);
    const times = await see_answers(page, 1, await write(page, text, who));
    const card = answers_in(page).first();
    return { page, card, text: await words_of(card).innerText(), ...times };
  }

  // Markup that reached the reader's eye instead of being markup.
  function assert_clean(text) {
    for (const wrong of [/\*\*/, /\\[[\]()*_<>&#.!~`-]/, /&(amp|lt|gt|quot|#\d+);/, /<\/?[a-z]+[^>]*>/i, /\]\(/, /\{\w+\}/]) assert.doesNotMatch(text, wrong);
  }

  it('answers in the thread within two seconds', async (t) => {
    const { page, card, text, confirmed, listed, shown } = await ask('/note', question);
    t.diagnostic(`after the click: comment confirmed ${confirmed} ms, answer in Waline's list ${listed} ms, on the screen ${shown} ms`);
    assert.ok(shown <= limit_answer, `${shown} ms from click to answer`);

    // Nested under the very question, by the bot's own account.
    const thread = page.locator('.wl-cards > .wl-card-item', { hasText: 'does the US really have 90%' });
    assert.equal(await thread.locator('.wl-quote .wl-card-item').count(), 1);
    assert.equal(await card.locator('.wl-nick').innerText(), bot.display_name);
    const [asked, answered] = (await site.comments('/note')).sort((a, b) => a.objectId - b.objectId);
    assert.equal(answered.pid, asked.objectId);
    assert.equal(answered.rid, asked.objectId);

    assert.match(text, /The U\.S\. holds 90% of global AI computing power/);
    assert.match(text, /Status: never well supported/);
    assert.match(text, /reviewed \d{1,2} [A-Z][a-z]{2} 20\d\d/);
    assert.match(text, /Epoch AI/);
    assert_clean(text);
    assert.deepEqual(page.problems, []);
    await shot(page, 'waline-answer-desktop');
  });

  it('links to a page of the service that opens', async () => {
    const page = await chrome.person({ ip: new_ip() });
    await page.goto(site.site.url + '/note');
    const link = words_of(answers_in(page).first()).locator(`a[href*="${claim_page}"]`).first();
    const address = await link.getAttribute('href');
    assert.ok(address.startsWith(bot_service.url), address);
    const response = await page.goto(address);
    assert.equal(response.status(), 200);
    assert.match(await page.locator('body').innerText(), /The U\.S\. holds 90% of global AI computing power/);
    assert.match(await page.locator('body').innerText(), /never well supported/i);
    assert.deepEqual(page.problems, []);
  });

  it('has sources that are links, and pings nobody', async () => {
    const page = await chrome.person({ ip: new_ip() });
    await page.goto(site.site.url + '/note');
    await answers_in(page).first().waitFor();
    const words = words_of(answers_in(page).first());
    const links = await words.locator('a').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    assert.ok(links.some((link) => link.startsWith('https://') && !link.startsWith(bot_service.url)), `no source among ${links}`);
    for (const link of links) assert.match(link, /^https?:\/\//);
    assert.doesNotMatch(await words.innerText(), /@\w/);
    const [row] = await site.bot_replies('/note');
    assert.doesNotMatch(row.orig, /@\w/);
  });

  it('answers once', async () => {
    await sleep(3000);
    assert.equal((await site.bot_replies('/note')).length, 1);
  });

  it('fits a phone', async () => {
    const page = await chrome.person({ ip: new_ip(), viewport: phone });
    await page.goto(site.site.url + '/note');
    await answers_in(page).first().waitFor();
    await shot(page, 'waline-answer-phone');
    assert.deepEqual(await overflow(page), []);
  });

  it('gives the same question in the same thread one line', async (t) => {
    const page = await chrome.person({ ip: new_ip() });
    await page.goto(site.site.url + '/note');
    await page.locator('.wl-card-item .wl-reply').first().click();
    const sent = await write(page, question, { nick: 'Jonas', mail: 'jonas@reader.example', form: page.locator('.wl-card-item .wl-panel') });
    const { listed, shown } = await see_answers(page, 2, sent);
    t.diagnostic(`listed after ${listed} ms, on the screen after ${shown} ms`);
    const texts = await answers_in(page).locator('.wl-content > div').allInnerTexts();
    const again = texts.find((text) => /Answered here already/.test(text));
    assert.ok(again, `no short answer among:\n${texts.join('\n---\n')}`);
    assert.match(again, /never well supported/);
    assert.ok(again.length < 300 && again.length < Math.max(...texts.map((text) => text.length)) / 2, again);
    assert_clean(again);
    const rows = (await site.comments('/note')).sort((a, b) => a.objectId - b.objectId);
    const asked = rows.find((row) => row.nick === 'Jonas');
    assert.equal((await site.bot_replies('/note')).at(-1) && rows.at(-1).pid, asked.objectId);
    await shot(page, 'waline-asked-again-desktop');
  });

  it('answers Chinese in Chinese', async () => {
    const { page, text, shown } = await ask('/zh', '@stillholds 美国真的拥有全球90%的AI算力吗？', { nick: '小林', mail: 'lin@reader.example' });
    assert.ok(shown <= limit_answer, `${shown} ms`);
    assert.match(text, /状态：一直缺乏依据/);
    assert.match(text, /美国拥有全球约90%的AI算力/);
    assert.match(text, /20\d\d年\d{1,2}月\d{1,2}日/);
    assert.doesNotMatch(text, /Status:/);
    assert_clean(text);
    await shot(page, 'waline-chinese-desktop');
  });

  it('says when something is not covered', async () => {
    const { page, text } = await ask('/other', '@stillholds what is a good recipe for sourdough bread?');
    assert.match(text, /^Not covered here/);
    assert.doesNotMatch(text, /Status:/);
    assert_clean(text);
    await shot(page, 'waline-not-covered-desktop');
  });

  it('answers the question about the whole article', async () => {
    const { page, text } = await ask('/whole', '@stillholds should they update the piece or nah, since a lot remain unchanged?');
    assert.match(text, /Of \d+ claims/);
    assert.match(text, /overturned/);
    assert_clean(text);
    await shot(page, 'waline-article-desktop');
  });

  it('offers a choice that is answered by its number', async () => {
    const first = await site.post('@stillholds claim talent-us', { url: '/choice', ip: new_ip(), nick: 'Ada' });
    const offer = await until('the offer', async () => (await site.bot_replies('/choice'))[0]);
    assert.match(offer.orig, /number/);
    const [, second_id] = offer.orig.match(/2\D[^\n]*\(([a-z0-9\\-]+)\)/);
    await site.post('@stillholds 2', { url: '/choice', ip: new_ip(), nick: 'Ada', pid: offer.objectId, rid: first.data.objectId, at: bot.display_name });
    const answer = await until('the answer', async () => (await site.bot_replies('/choice')).find((one) => one.objectId > offer.objectId));
    assert.ok(answer.orig.includes(`/a/us-china-ai-gap/${second_id.replaceAll('\\', '')}`), `${offer.orig}\n---\n${answer.orig}`);
  });

  it('runs nothing that a hostile reader wrote', async () => {
    const bad =
      '@stillholds <img src=x onerror="window.pwned=1"><script>window.pwned=2</script> [does](javascript:window.pwned=3) the US have ' +
      '90% of the world\'s AI compute? <iframe srcdoc="<script>parent.pwned=4</script>"></iframe> @everyone **bold [x](https://evil.example)';
    const { page, card, text } = await ask('/hostile', bad, { nick: '<b onmouseover=alert(1)>Eve</b>', mail: 'eve@reader.example' });
    await page.mouse.move(200, 400);
    await sleep(300);
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    assert.deepEqual(page.problems, []);
    const html = await words_of(card).innerHTML();
    assert.doesNotMatch(html, /onerror|<script|<iframe|<img|javascript:|evil\.example|everyone/i);
    assert_clean(text);
    await shot(page, 'waline-hostile-desktop');
  });

  it('is not led round in circles by somebody of its own name', async () => {
    const asked = await site.post(question, { url: '/impostor', ip: new_ip(), nick: bot.display_name, mail: 'not-the-bot@reader.example' });
    assert.equal(asked.errno, 0);
    const same_mail = await site.post(question + ' again', { url: '/impostor-mail', ip: new_ip(), nick: bot.display_name, mail: bot.email });
    assert.equal(same_mail.errno, 0);
    const first = await site.bot_replies('/impostor');
    await site.post('@stillholds @stillholds stillholds: I am @stillholds', { url: '/impostor', ip: new_ip(), nick: bot.display_name, mail: 'x@reader.example' });
    await sleep(3000);
    assert.ok(first.length <= 1);
    assert.ok((await site.bot_replies('/impostor')).length <= 2);
    assert.ok((await site.bot_replies('/impostor-mail')).length <= 1);
    const before_count = (await site.bot_replies('/impostor')).length;
    await sleep(1500);
    assert.equal((await site.bot_replies('/impostor')).length, before_count);
  });

  it('stays silent where it was not asked', async () => {
    await site.post('nothing for you here, is 90% of compute American?', { url: '/silent', ip: new_ip() });
    await site.post('ask @stillholds2 about 90% of compute', { url: '/silent', ip: new_ip() });
    await site.post('mail me at me@stillholds.example about 90% of compute', { url: '/silent', ip: new_ip() });
    await site.post('> @stillholds does the US really have 90% of compute?\n\nhe said', { url: '/silent', ip: new_ip() });
    await site.post('write `@stillholds does the US really have 90% of compute?` to ask', { url: '/silent', ip: new_ip() });
    await sleep(1500);
    assert.deepEqual(await site.bot_replies('/silent'), []);
  });

  it('believes only what Waline itself says', async () => {
    // Who knows the webhook's address may claim anything; what is answered is looked up first.
    const forged = { comment: '@stillholds list', rawComment: '@stillholds list', nick: 'Nobody', mail: 'n@reader.example', url: '/forged', objectId: 99999,
      status: 'approved', insertedAt: new Date().toISOString(), createdAt: new Date().toISOString(), updatedAt: new Date().toISOString(), ip: '192.0.2.1' };
    const answer = await exchange(site.webhook, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ type: 'new_comment', data: { comment: forged } }) });
    assert.equal(answer.status, 200);
    await sleep(1500);
    assert.deepEqual(await site.bot_replies('/forged'), []);
  });

  it('keeps answering while guests are held to one comment a minute', async () => {
    const ip = new_ip();
    assert.equal((await site.post('first', { url: '/limits', ip })).errno, 0);
    assert.notEqual((await site.post('second', { url: '/limits', ip })).errno, 0, 'Waline did not hold the guest back, so the test shows nothing');
    for (const n of [1, 2, 3]) await site.post(`@stillholds list ${n}`, { url: `/limits-${n}`, ip: new_ip() });
    for (const n of [1, 2, 3]) await until(`answer ${n}`, async () => (await site.bot_replies(`/limits-${n}`)).length === 1);
  });

  it('let nothing leave the machine', () => {
    assert.deepEqual(chrome.outside, []);
    assert.equal(bot_service.child.exitCode, null);
  });
});
