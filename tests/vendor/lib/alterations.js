// A genuine delivery, spoilt in every way that a forger or a bad line may find. Chance is seeded: the same cases each time.
import { chance } from '../../e2e/lib/basics.js';

const with_header = (delivery, header, value, name) => ({ ...delivery, name, headers: { ...delivery.headers, [header]: value } });
const with_body = (delivery, body, name) => ({ ...delivery, name, body });

// As many different numbers below `end` as asked for, or all.
function places(source, count, end) {
  const chosen = new Set();
  while (chosen.size < Math.min(count, end)) chosen.add(source.below(end));
  return chosen;
}

// One bit each. In headers only the low seven: beyond ASCII Node and we would not be shown the same bytes.
export function flipped_bits(delivery, proof_headers, { seed = 20261124, in_body = 250, in_header = 150 } = {}) {
  const source = chance(seed);
  const altered = [];
  for (const place of places(source, in_body, delivery.body.length * 8)) {
    const body = Buffer.from(delivery.body);
    body[place >> 3] ^= 1 << (place & 7);
    altered.push(with_body(delivery, body, `body, bit ${place & 7} of byte ${place >> 3}`));
  }
  for (const header of proof_headers) {
    const value = Buffer.from(delivery.headers[header], 'latin1');
    for (const place of places(source, in_header, value.length * 7)) {
      const at = Math.floor(place / 7);
      const flipped = Buffer.from(value);
      flipped[at] ^= 1 << place % 7;
      altered.push(with_header(delivery, header, flipped.toString('latin1'), `${header}, bit ${place % 7} of character ${at}`));
    }
  }
  return altered;
}

// Cut short, lengthened, emptied and left out: the body and each header.
export function cut(delivery, proof_headers) {
  const { body, headers } = delivery;
  const altered = [];
  for (const end of [0, 1, body.length >> 1, body.length - 1]) altered.push(with_body(delivery, body.subarray(0, end), `body cut to ${end}`));
  for (const more of ['\n', ' ', '\0', '}']) altered.push(with_body(delivery, Buffer.concat([body, Buffer.from(more)]), `body and ${JSON.stringify(more)}`));
  for (const header of proof_headers) {
    const value = headers[header];
    for (const end of [0, 1, value.length >> 1, value.length - 1]) altered.push(with_header(delivery, header, value.slice(0, end), `${header} cut to ${end}`));
    for (const more of ['0', 'A']) altered.push(with_header(delivery, header, value + more, `${header} and ${more}`));
    const { [header]: _, ...others } = headers;
    altered.push({ ...delivery, name: `without ${header}`, headers: others });
  }
  return altered;
}

// Bytes that are no UTF-8 where the genuine body has U+FFFD: for whoever decodes before checking, they are the same text.
export const replacement = '\uFFFD';
export function with_bad_bytes(delivery) {
  const at = delivery.body.indexOf(Buffer.from(replacement));
  if (at < 0) throw new Error('the body has no U+FFFD');
  const body = Buffer.concat([delivery.body.subarray(0, at), Buffer.from([0xff]), delivery.body.subarray(at + 3)]);
  return with_body(delivery, body, 'bytes that are no text');
}
