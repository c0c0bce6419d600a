// Standard Webhooks by the two libraries that its senders and receivers use. svix is held at the last release with an
// implementation of its own: later ones hand on to `standardwebhooks`, and would be the same witness twice.
import { mock } from 'node:test';
import { vendor } from './packages.js';

export const libraries = await Promise.all(['standardwebhooks', 'svix'].map(async (name) => ({ name, ...(await vendor(name)) })));
export const missing = libraries.find((library) => library.missing)?.missing;

// Their clock is the machine's; a test's deliveries have their own time.
function at_time(seconds, ask) {
  const clock = mock.method(Date, 'now', () => seconds * 1000);
  try {
    return ask();
  } finally {
    clock.mock.restore();
  }
}

export function is_genuine({ module: { Webhook } }, { headers, body, secret, now }) {
  return at_time(now, () => {
    try {
      new Webhook(secret).verify(body, headers);
      return true;
    } catch (problem) {
      if (problem instanceof SyntaxError) return true;  // signed, and only then found to be no JSON
      if (problem.message !== 'No matching signature found' && !/^(Missing|Invalid|Message timestamp)/.test(problem.message)) throw problem;
      return false;
    }
  });
}

export const with_proof = (delivery, family, { id, time, signature }) => ({
  ...delivery,
  headers: { 'content-type': 'application/json', [`${family}-id`]: id, [`${family}-timestamp`]: time, [`${family}-signature`]: signature },
});

// Signed as the library's own users do, under the names of one family of headers.
export function signed({ module: { Webhook } }, delivery, { family = 'webhook', id = 'msg_vendor0001', ...changes } = {}) {
  const made = { ...delivery, seconds: delivery.now, ...changes };
  const signature = new Webhook(made.secret).sign(id, new Date(made.seconds * 1000), made.body);
  return with_proof(made, family, { id, time: String(made.seconds), signature });
}
