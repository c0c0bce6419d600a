// Sets up Waline as a site owner would: a database, the first account (who becomes administrator) for the bot, and a
// page with Waline's own client. Nothing leaves the machine.
import path from 'node:path';
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync } from 'node:fs';
import { e2e_folder, exchange, listen, until } from '../lib/basics.js';
import { start, stop } from '../lib/processes.js';

const require = createRequire(import.meta.url);
const client_folder = path.join(e2e_folder, 'node_modules/@waline/client/dist');

export const bot = { display_name: 'stillholds', email: 'stillholds@site.example', password: 'not-a-real-password' };

// Table -> columns beside the key. Waline expects the tables to be there and creates none.
const text = (length) => `VARCHAR(${length})`;
const created = { createdAt: 'TIMESTAMP DEFAULT CURRENT_TIMESTAMP', updatedAt: 'TIMESTAMP DEFAULT CURRENT_TIMESTAMP' };
const tables = {
  wl_Comment: {
    user_id: 'INT', comment: 'TEXT', insertedAt: 'TIMESTAMP DEFAULT CURRENT_TIMESTAMP', ip: `${text(100)} DEFAULT ''`, link: text(255), mail: text(255),
    nick: text(255), pid: 'INT', rid: 'INT', sticky: 'NUMERIC', status: `${text(50)} DEFAULT ''`, like: 'INT', ua: 'TEXT', url: text(255), ...created,
  },
  wl_Counter: {
    time: 'INT', ...Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`reaction${n}`, 'INT'])), url: `${text(255)} DEFAULT ''`, ...created,
  },
  wl_Users: {
    display_name: `${text(255)} DEFAULT ''`, email: `${text(255)} DEFAULT ''`, password: `${text(255)} DEFAULT ''`, type: `${text(50)} DEFAULT ''`,
    ...Object.fromEntries(['label', 'url', 'avatar', 'github', 'twitter', 'facebook', 'google', 'weibo', 'qq', 'oidc', 'huawei'].map((name) => [name, text(255)])),
    '2fa': text(32), ...created,
  },
};

function create_database(file) {
  const { Database } = require('sqlite3');
  const statements = Object.entries(tables).map(([table, columns]) => {
    const list = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
    return `CREATE TABLE "${table}" (id INTEGER PRIMARY KEY AUTOINCREMENT, ${list.join(', ')});`;
  });
  return new Promise((resolve, reject) => {
    const database = new Database(file, (problem) => {
      if (problem) return reject(problem);
      database.exec(statements.join('\n'), (failed) => database.close(() => (failed ? reject(failed) : resolve())));
    });
  });
}

const page = (api) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>The gap is widening, not narrowing?</title><link rel="stylesheet" href="/client/waline.css">
<style>body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font-family: sans-serif }</style>
<h1>The gap is widening, not narrowing?</h1>
<p>A note on an article of January 2025. Ask below whether one of its claims still holds.</p>
<div id="comments"></div>
<script type="module">
import { init } from '/client/waline.js';
init({ el: '#comments', serverURL: '${api}', path: location.pathname, lang: 'en', emoji: [], search: false, imageUploader: false });
</script></html>`;

const no_picture = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'%3E%3Crect width='9' height='9' fill='silver'/%3E%3C/svg%3E";

export class waline {
  // `webhook`: the address that Waline tells of every comment.
  static async start(folder, { port, webhook }) {
    const made = new waline();
    made.webhook = webhook;
    made.url = `http://127.0.0.1:${port}`;
    mkdirSync(path.join(folder, 'waline/tmp'), { recursive: true });
    await create_database(path.join(folder, 'waline/waline.sqlite'));
    made.site = await listen((request, response) => made.serve_site(request, response));
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      TMPDIR: path.join(folder, 'waline/tmp'),
      SQLITE_PATH: path.join(folder, 'waline'),
      JWT_TOKEN: 'only-for-this-test',
      WEBHOOK: webhook,
      SERVER_URL: made.url,
      SITE_URL: made.site.url,
      SITE_NAME: 'Notes',
      // Waline asks its sign-in service for a list with every request; a stub of ours answers. No spam service, no pictures.
      OAUTH_URL: `${made.site.url}/sign-in`,
      AKISMET_KEY: 'false',
      AVATAR_PROXY: 'false',
      GRAVATAR_STR: no_picture,
      DISABLE_REGION: 'true',
      DISABLE_AUTHOR_NOTIFY: 'true',
      // IPQPS stays unset: a guest may write once in 60 seconds, as on any site. The administrator may write at any time.
    };
    made.child = start(process.execPath, [path.join(e2e_folder, 'waline/comment_server.js'), String(port)], {
      log: path.join(folder, 'waline/server.log'),
      cwd: path.join(folder, 'waline'),
      env,
    });
    await until('Waline to answer', async () => (await made.list('/')).errno === 0, { limit: 20000, every: 100 });
    await made.register_bot();
    return made;
  }

  async stop() {
    await stop(this.child);
    await this.site.close();
  }

  serve_site(request, response) {
    const { pathname } = new URL(request.url, 'http://site');
    if (pathname === '/sign-in') {
      response.setHeader('content-type', 'application/json');
      return response.end('{"services":[]}');
    }
    if (pathname.startsWith('/client/')) {
      const name = path.basename(pathname);
      response.setHeader('content-type', name.endsWith('.css') ? 'text/css' : 'text/javascript');
      return response.end(readFileSync(path.join(client_folder, name)));
    }
    if (pathname === '/favicon.ico') {
      response.statusCode = 204;
      return response.end();
    }
    response.setHeader('content-type', 'text/html; charset=utf-8');
    return response.end(page(this.url));
  }

  async call(method, address, { body, headers = {} } = {}) {
    const answer = await exchange(this.url + address, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return JSON.parse(answer.body);
  }

  // The first who registers becomes administrator.
  async register_bot() {
    const registered = await this.call('POST', '/api/user', { body: { ...bot } });
    if (registered.errno !== 0) throw new Error(`Waline refused the registration: ${registered.errmsg}`);
    const login = await this.call('POST', '/api/token', { body: { email: bot.email, password: bot.password } });
    if (login.errno !== 0 || login.data.type !== 'administrator') throw new Error(`the bot is no administrator: ${JSON.stringify(login)}`);
    this.bot_token = login.data.token;
    this.bot_id = String(login.data.objectId);
  }

  list(address, { token } = {}) {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    return this.call('GET', `/api/comment?path=${encodeURIComponent(address)}&pageSize=50&page=1&lang=en`, { headers });
  }

  // All comments below an address, as the administrator sees them, flat: {objectId, nick, user_id, pid, rid, comment, orig}.
  async comments(address) {
    const { data } = await this.list(address, { token: this.bot_token });
    return data.data.flatMap(({ children, ...top }) => [top, ...children]);
  }

  async bot_replies(address) {
    return (await this.comments(address)).filter((one) => String(one.user_id ?? '') === this.bot_id);
  }

  // What a guest's browser sends, without the browser. Each `ip` may write once a minute.
  post(comment, { ip, ...fields }) {
    return this.call('POST', '/api/comment', {
      headers: { 'x-forwarded-for': ip },
      body: { comment, nick: 'Guest', mail: 'guest@reader.example', ua: 'e2e', link: '', ...fields },
    });
  }
}
