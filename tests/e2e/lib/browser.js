// A person's browser: real Chromium with a fresh profile, allowed to reach loopback only.
import path from 'node:path';
import { existsSync } from 'node:fs';
import { artefacts, scratch } from './basics.js';

const program = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const no_browser = existsSync(program) ? false : `${program} is not installed`;
export const desktop = { width: 1280, height: 900 };
export const phone = { width: 390, height: 844 };

const switches = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-default-apps', '--disable-domain-reliability', '--no-pings',
];

export class browser {
  static async start() {
    const { chromium } = await import('playwright-core');
    const made = new browser();
    made.outside = [];  // requests that wanted to leave the machine
    made.people = [];
    made.chromium = await chromium.launchPersistentContext(scratch('chromium'), {
      executablePath: program,
      headless: true,
      args: switches,
      viewport: desktop,
    });
    return made;
  }

  // A page of its own for one person. `ip`: what a reverse proxy would say about where the person sits.
  async person({ ip = '203.0.113.1', viewport = desktop, language = 'en-GB' } = {}) {
    const context = await this.chromium.browser().newContext({
      viewport,
      locale: language,
      extraHTTPHeaders: { 'x-forwarded-for': ip },
      isMobile: viewport.width < 600,
      hasTouch: viewport.width < 600,
      deviceScaleFactor: viewport.width < 600 ? 2 : 1,
    });
    this.people.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(10000);
    page.problems = [];
    await context.route(/^https?:\/\/(?!127\.0\.0\.1[:/])/, (route) => {
      this.outside.push(route.request().url());
      return route.abort();
    });
    page.on('pageerror', (problem) => page.problems.push(String(problem)));
    page.on('dialog', (dialog) => {
      page.problems.push(`dialog: ${dialog.message()}`);
      return dialog.dismiss();
    });
    return page;
  }

  async close() {
    for (const context of this.people) await context.close().catch(() => {});
    await this.chromium.close().catch(() => {});
  }
}

export function shot(page, name) {
  return page.screenshot({ path: path.join(artefacts, `${name}.png`), fullPage: true, animations: 'disabled' });
}

// Widths at which text runs out of the screen: nothing when the page fits.
export function overflow(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    return [...document.querySelectorAll('body *')]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        if (box.width === 0 || box.right <= width + 1) return false;
        for (let up = element.parentElement; up; up = up.parentElement) {
          if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX)) return false;  // it scrolls on its own
        }
        return true;
      })
      .map((element) => `${element.tagName.toLowerCase()}.${element.className} reaches ${Math.round(element.getBoundingClientRect().right)} of ${width}`);
  });
}
