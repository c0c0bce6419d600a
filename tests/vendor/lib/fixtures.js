// The recorded requests of tests/fixtures: genuine ones to start from, and all of them to be judged by the vendor, too.
import path from 'node:path';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { repository } from '../../e2e/lib/basics.js';

const folder_of = (platform) => path.join(repository, 'tests/fixtures', platform);
const read_json = (file) => JSON.parse(readFileSync(file, 'utf8'));

export const account_of = (platform) => read_json(path.join(folder_of(platform), 'account.json')).account;

// Names in lower case, as Node gives them; the body stays bytes.
function read_http(file) {
  const bytes = readFileSync(file);
  const end = /\r?\n\r?\n/.exec(bytes.toString('latin1'));
  const headers = {};
  for (const line of bytes.subarray(0, end.index).toString('latin1').split(/\r?\n/).slice(1)) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const rest = bytes.subarray(end.index + end[0].length);
  return { headers, body: rest.subarray(0, Number(headers['content-length'] ?? rest.length)) };
}

// A delivery: what came, when, and the secret that its receiver holds.
export function recorded(platform, name) {
  const folder = folder_of(platform);
  const expected = read_json(path.join(folder, `${name}.json`));
  const { headers, body } = read_http(path.join(folder, `${name}.http`));
  delete headers['content-length'];  // of no use once the body is cut
  return { name, headers, body, now: expected.now, secret: (expected.secrets ?? account_of(platform).secrets)[0], expected };
}

// Every recorded webhook request; what platforms answered to our polls is none.
export function all_recorded(platform) {
  return readdirSync(folder_of(platform))
    .filter((file) => file.endsWith('.http') && existsSync(path.join(folder_of(platform), file.replace(/http$/, 'json'))))
    .map((file) => recorded(platform, file.slice(0, -'.http'.length)))
    .filter(({ expected }) => !expected.answers_our_call);
}
