// The public pages in a real browser, at the width of a desk and of a phone, and without scripts.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { exchange, scratch } from '../lib/basics.js';
import { browser, desktop, no_browser, overflow, phone, shot } from '../lib/browser.js';
import { service } from '../lib/service.js';

const article = '/a/us-china-ai-gap';
const pages = [
  { name: 'front', path: '/', shows: /Gap Between the U\.S\. & China/ },
  { name: 'article', path: article, shows: /Of \d+ claims .*overturned/ },
  { name: 'claim', path: `${article}/compute-us-90pct`, shows: /never well supported/i },
  { name: 'claim-chinese', path: `${article}/compute-us-90pct?lang=zh`, shows: /一直缺乏依据/ },
];

describe('the public pages', { skip: no_browser }, () => {
  let bot;
  let chrome;

  before(async () => {
    bot = await service.create(scratch('pages'));
    await bot.start();
    chrome = await browser.start();
  });

  after(async () => {
    await chrome?.close();
    await bot?.stop();
  });

  for (const { name, path, shows } of pages) {
    for (const [width, viewport] of [['desktop', desktop], ['phone', phone]]) {
      it(`${name}, ${width}`, async () => {
        const page = await chrome.person({ viewport });
        const response = await page.goto(bot.url + path);
        assert.equal(response.status(), 200);
        await shot(page, `page-${name}-${width}`);
        assert.ok(shows.test(await page.locator('body').innerText()), `the page does not say ${shows}`);
        assert.deepEqual(await overflow(page), []);
        assert.deepEqual(page.problems, []);
      });
    }
  }

  it('lead from the front to a claim and its source, without JavaScript', async () => {
    const context = await chrome.chromium.browser().newContext({ javaScriptEnabled: false, viewport: desktop });
    const page = await context.newPage();
    await page.goto(bot.url + '/');
    await page.locator(`a[href$="${article}"]`).first().click();
    await page.locator('a[href$="/compute-us-90pct"]').first().click();
    assert.match(page.url(), /compute-us-90pct$/);
    const sources = await page.locator('a[href^="https://"]').evaluateAll((all) => all.map((one) => one.href));
    assert.ok(sources.includes('https://epoch.ai/data/gpu-clusters'), sources.join(' '));
    await context.close();
  });

  it('answer a question typed on the front page', async () => {
    const page = await chrome.person();
    await page.goto(bot.url + '/');
    await page.locator('form input').first().fill("does the US really have 90% of the world's AI compute?");
    await page.locator('form button').first().click();
    await page.waitForLoadState();
    await shot(page, 'page-asked-desktop');
    assert.match(await page.locator('main').innerText(), /never well supported/i);
  });

  it('show what a hostile reader typed as what it is', async () => {
    const page = await chrome.person();
    await page.goto(bot.url + '/');
    const typed = `"><img src=x onerror="window.pwned=1"><script>window.pwned=2</script>{{7*7}}`;
    await page.locator('form input').first().fill(typed);
    await page.locator('form button').first().click();
    await page.waitForLoadState();
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    assert.equal(await page.locator('img[src=x], main script').count(), 0);
    assert.equal(await page.locator('form input').first().inputValue(), typed);
    assert.deepEqual(page.problems, []);
  });

  it('answer what is not there with a page', async () => {
    for (const path of ['/nothing', '/a/nothing', `${article}/nothing`]) {
      const { status, headers, body } = await exchange(bot.url + path);
      assert.equal(status, 404, path);
      assert.match(headers['content-type'], /text\/html/);
      assert.ok(body.length > 0);
    }
  });

  it('never reached outside', () => assert.deepEqual(chrome.outside, []));
});
