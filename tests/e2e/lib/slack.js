// The Slack side of a conversation: signed events in, and a platform on loopback that keeps what is posted.
// The platform is no kinder than the real one: it does not recognise a repeated message, it cuts threads into pages, and
// on request it breaks down in every way that the network and the real service do.
import { createHmac } from 'node:crypto';
import { listen, read_body, sleep } from './basics.js';

export const workspace = { team: 'T0E2E0001', app: 'A0E2E0001', bot: 'U0STILLHO', channel: 'C0E2E0001', token: 'xoxb-e2e-not-a-real-token' };

let last_ts = 0;
// A message's ts, as Slack writes it: unique and rising within the channel.
export function new_ts() {
  last_ts = Math.max(last_ts + 1, Math.floor(Date.now() * 1000));
  const text = String(last_ts);
  return `${text.slice(0, -6)}.${text.slice(-6)}`;
}

export function signature(secret, seconds, body) {
  return 'v0=' + createHmac('sha256', secret).update(`v0:${seconds}:`).update(body).digest('hex');
}

export function signed_headers(secret, body, { seconds = Math.floor(Date.now() / 1000), retry } = {}) {
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'x-slack-request-timestamp': String(seconds),
    'x-slack-signature': signature(secret, seconds, body),
  };
  if (retry) Object.assign(headers, { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': 'connection_failed' });
  return headers;
}

// The body of an app_mention event. `ts` is the message's own, `thread_ts` its thread's.
export function mention_body({ text, ts = new_ts(), thread_ts, user = 'U0ASKER01', channel = workspace.channel, event_id, ...extra }) {
  const event = { client_msg_id: `c-${ts}`, type: 'app_mention', text: `<@${workspace.bot}> ${text}`, user, ts, team: workspace.team, channel, event_ts: ts, ...extra };
  if (thread_ts) event.thread_ts = thread_ts;
  return JSON.stringify({
    token: 'no-longer-used',
    team_id: workspace.team,
    context_team_id: workspace.team,
    api_app_id: workspace.app,
    event,
    type: 'event_callback',
    event_id: event_id ?? `Ev${ts.replace('.', '')}`,
    event_time: Math.floor(Number(ts)),
    authorizations: [{ enterprise_id: null, team_id: workspace.team, user_id: workspace.bot, is_bot: true, is_enterprise_install: false }],
    is_ext_shared_channel: false,
    event_context: '4-e2e',
  });
}

const page_max = 15;  // messages in one part of a thread, as Slack gives applications that it has not approved

export class fake_slack {
  // `fault(call)` is asked for every call, {method, fields, tries}, and names what goes wrong; see `break_down`.
  static async start({ fault = () => 'none' } = {}) {
    const made = new fake_slack();
    Object.assign(made, { fault, page_max, messages: [], calls: [], strangers: [], tries: new Map() });
    made.server = await listen((request, response) => {
      made.serve(request, response).catch(() => response.destroy());
    });
    made.url = made.server.url;
    return made;
  }

  close() {
    return this.server.close();
  }

  // A person writes into the channel.
  say({ text, user, thread_ts, ts = new_ts(), channel = workspace.channel }) {
    this.messages.push({ type: 'message', channel, user, text, ts, thread_ts: thread_ts ?? ts });
    return ts;
  }

  // What the bot posted, in order of arrival.
  replies() {
    return this.messages.filter((message) => message.bot_id !== undefined);
  }

  async serve(request, response) {
    const body = await read_body(request);
    const at = new URL(request.url, 'http://fake');
    const method = at.pathname.split('/').pop();
    let fields = Object.fromEntries(at.searchParams);
    if ((request.headers['content-type'] ?? '').startsWith('application/json')) fields = { ...fields, ...JSON.parse(body) };
    else if (body) fields = { ...fields, ...Object.fromEntries(new URLSearchParams(body)) };
    this.calls.push({ method, fields });
    if (request.headers.authorization !== `Bearer ${workspace.token}`) return this.answer(response, { ok: false, error: 'invalid_auth' });
    const action = { 'chat.postMessage': this.post_message, 'conversations.replies': this.thread }[method];
    if (action === undefined) {
      this.strangers.push(request.url);
      return this.answer(response, { ok: false, error: 'unknown_method' });
    }
    const key = method + (fields.client_msg_id ?? '') + (fields.thread_ts ?? '') + (fields.ts ?? '') + (fields.text ?? '');
    const tries = this.tries.get(key) ?? 0;
    this.tries.set(key, tries + 1);
    await this.break_down(this.fault({ method, fields, tries }), response, () => action.call(this, fields));
  }

  // Does `act` (or not) and answers in the way the fault's name says. What comes after "did_" has been acted upon.
  async break_down(fault, response, act) {
    const html = '<!doctype html><title>Bad gateway</title><h1>We will be right back</h1>';
    switch (fault) {
      case 'none':
        return this.answer(response, act());
      case 'slow':
      case 'very_slow':
        await sleep(fault === 'slow' ? 250 : 700);  // the caller may be dead by then; the message is posted all the same
        return this.answer(response, act());
      case 'did_slow': {
        const outcome = act();
        await sleep(400);
        return this.answer(response, outcome);
      }
      case 'drop':
        return response.destroy();
      case 'did_drop':
        act();
        return response.destroy();
      case 'did_half_header':
        act();
        response.socket.write('HTTP/1.1 200 OK\r\ncontent-ty');
        return response.socket.destroy();
      case 'rate':
        response.writeHead(429, { 'retry-after': '1', 'content-type': 'application/json' });
        return response.end('{"ok":false,"error":"ratelimited"}');
      case 'error':
        response.writeHead(500, { 'content-type': 'text/html' });
        return response.end(html);
      case 'did_error':
        act();
        response.writeHead(500, { 'content-type': 'text/html' });
        return response.end(html);
      case 'did_fatal':
        act();
        return this.answer(response, { ok: false, error: 'fatal_error' });
      case 'html':
        response.writeHead(200, { 'content-type': 'text/html' });
        return response.end(html);
      case 'did_cut': {
        const whole = JSON.stringify(act());
        response.writeHead(200, { 'content-type': 'application/json' });
        return response.end(whole.slice(0, Math.floor(whole.length / 2)));
      }
      case 'did_short': {
        const whole = JSON.stringify(act());
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length });
        response.write(whole.slice(0, Math.floor(whole.length / 2)));
        return setTimeout(() => response.destroy(), 10);
      }
      default:
        throw new Error(`no such fault: ${fault}`);
    }
  }

  answer(response, value) {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(value));
  }

  post_message(fields) {
    const { channel, text, thread_ts } = fields;
    if (channel !== workspace.channel) return { ok: false, error: 'channel_not_found' };
    if (!text) return { ok: false, error: 'no_text' };
    const ts = new_ts();
    const message = { type: 'message', user: workspace.bot, bot_id: 'B0STILLHO', app_id: workspace.app, text, ts, thread_ts: thread_ts ?? ts, channel };
    if (fields.client_msg_id) message.client_msg_id = fields.client_msg_id;
    if (fields.metadata) message.metadata = typeof fields.metadata === 'string' ? JSON.parse(fields.metadata) : fields.metadata;
    this.messages.push({ ...message, fields });
    return { ok: true, channel, ts, message };
  }

  thread({ channel, ts, oldest = '0', latest = '9999999999.999999', inclusive, limit = 1000, cursor = '', include_all_metadata }) {
    if (channel !== workspace.channel) return { ok: false, error: 'channel_not_found' };
    const own = this.messages.find((message) => message.ts === ts);
    if (own === undefined) return { ok: false, error: 'thread_not_found' };
    const root = own.thread_ts;
    const keep_ends = String(inclusive) === 'true' || String(inclusive) === '1';
    const inside = (message) => (keep_ends ? message.ts >= oldest && message.ts <= latest : message.ts > oldest && message.ts < latest);
    const parent = this.messages.filter((message) => message.ts === root);
    const children = this.messages.filter((message) => message.thread_ts === root && message.ts !== root && inside(message)).sort((a, b) => (a.ts < b.ts ? -1 : 1));
    const from = cursor ? Number(Buffer.from(cursor, 'base64').toString()) : 0;
    const size = Math.max(1, Math.min(Number(limit), this.page_max) - 1);
    const has_more = children.length > from + size;
    const shown = [...parent, ...children.slice(from, from + size)].map(({ metadata, fields, ...message }) =>
      metadata && ['true', '1'].includes(String(include_all_metadata)) ? { ...message, metadata } : message,
    );
    const answer = { ok: true, messages: shown, has_more };
    if (has_more) answer.response_metadata = { next_cursor: Buffer.from(String(from + size)).toString('base64') };
    return answer;
  }
}
