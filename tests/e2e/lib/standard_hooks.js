// The sender's side of the generic webhook: signed with the reference library, not with code of ours.
import standard from 'standardwebhooks';
import { randomBytes } from 'node:crypto';
import { exchange } from './basics.js';

export const new_secret = () => 'whsec_' + randomBytes(24).toString('base64');

let count = 0;

export function mention_payload(text, { thread = 'thread-1', message = `m-${process.pid}-${++count}`, author = 'u-1', is_bot = false, ...data } = {}) {
  return JSON.stringify({
    type: 'comment.mention',
    timestamp: new Date().toISOString(),
    data: { thread_id: thread, message_id: message, author: { id: author, is_bot }, text, ...data },
  });
}

export function signed_headers(secret, id, body, at = new Date()) {
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new standard.Webhook(secret).sign(id, at, body),
  };
}

export const new_id = () => `msg_${process.pid}_${++count}`;

// Delivers a signed body; resolves to {status, headers, body}.
export function deliver(url, secret, body, { id = new_id(), at = new Date() } = {}) {
  return exchange(url, { method: 'POST', body, headers: signed_headers(secret, id, body, at) });
}

// Checks a callback as its receiver would; throws when it is not genuine.
export function verify(secret, headers, body) {
  return new standard.Webhook(secret).verify(body, headers);
}
