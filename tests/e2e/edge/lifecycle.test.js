// Starting, stopping, and changing the knowledge underneath.
import assert from 'node:assert/strict';
import path from 'node:path';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { exchange, knowledge_copy, listen, patience, scratch, sleep, until } from '../lib/basics.js';
import { ended_within } from '../lib/processes.js';
import { raw, request_text } from '../lib/raw.js';
import { binary, service, to_toml } from '../lib/service.js';
import { deliver, mention_payload, new_id, new_secret, signed_headers } from '../lib/standard_hooks.js';
import { run } from '../lib/processes.js';

const secret = new_secret();
const account = { platform: 'standard-webhooks', name: 'site', secret_files: ['secrets/site'] };
const target = '/hooks/standard-webhooks/site';
const drain_seconds = 3;
const caps = { per_person: 0, per_thread: 0, per_space_per_minute: 0 };

async function make(name, { limits = {}, ...options } = {}) {
  return service.create(scratch(name), {
    secrets: { site: secret },
    config: { server: { limits: { drain_seconds, body_seconds: 30, ...limits } }, caps, account: [account] },
    ...options,
  });
}

// A request whose header and half its body have been sent.
async function half_sent(bot) {
  const body = mention_payload('claim compute-us-90pct', { thread: new_id() });
  const whole = request_text('POST', target, { headers: signed_headers(secret, new_id(), body), body });
  const client = await raw.connect(bot.port);
  const cut = whole.length - 40;
  client.send(whole.subarray(0, cut));
  await sleep(150);
  return { client, rest: whole.subarray(cut) };
}

async function refuses_connections(port) {
  try {
    (await raw.connect(port)).close();
    return false;
  } catch (problem) {
    return problem.code === 'ECONNREFUSED';
  }
}

describe('stopping', () => {
  it('lets a request in flight finish, takes no new one, and ends with 0', async (t) => {
    const bot = await make('drain');
    const child = await bot.start();
    const idle = await raw.connect(bot.port);
    idle.send(request_text('GET', '/healthz'));
    await idle.response();
    const { client, rest } = await half_sent(bot);
    const begun = Date.now();
    child.kill('SIGTERM');
    await until('new connections to be refused', () => refuses_connections(bot.port), { limit: 1000 });
    await idle.closed(1000);
    assert.equal(child.exitCode, null, 'it waits for the request in flight');
    client.send(rest);
    const answer = await client.response();
    assert.equal(answer.status, 200);
    assert.match(answer.body, /90%/);
    assert.equal(answer.headers.connection, 'close');
    assert.deepEqual(await ended_within(child, drain_seconds * 1000 * patience), { code: 0, signal: null });
    t.diagnostic(`ended ${Date.now() - begun} ms after SIGTERM`);
    await bot.start();
    assert.equal((await bot.outbox()).length, 1, 'what was answered was kept');
    await bot.stop();
  });

  it('ends at once when nothing is in flight', async (t) => {
    const bot = await make('idle');
    const child = await bot.start();
    const begun = Date.now();
    child.kill('SIGTERM');
    assert.deepEqual(await ended_within(child, 2000 * patience), { code: 0, signal: null });
    t.diagnostic(`${Date.now() - begun} ms`);
  });

  it('does the same on SIGINT', async () => {
    const bot = await make('int');
    const child = await bot.start();
    child.kill('SIGINT');
    assert.deepEqual(await ended_within(child, 2000 * patience), { code: 0, signal: null });
  });

  it('waits no longer than it may', async (t) => {
    const bot = await make('drain-limit');
    const child = await bot.start();
    const { client } = await half_sent(bot);
    const begun = Date.now();
    child.kill('SIGTERM');
    const outcome = await ended_within(child, (drain_seconds + 3) * 1000 * patience);
    const took = Date.now() - begun;
    t.diagnostic(`ended ${took} ms after SIGTERM, with a limit of ${drain_seconds * 1000} ms`);
    assert.deepEqual(outcome, { code: 0, signal: null });
    assert.ok(took >= drain_seconds * 1000 - 300, 'it waited');
    client.close();
  });

  it('leaves at once on the second signal', async () => {
    const bot = await make('second');
    const child = await bot.start();
    const { client } = await half_sent(bot);
    child.kill('SIGTERM');
    await sleep(300);
    assert.equal(child.exitCode, null);
    child.kill('SIGTERM');
    const outcome = await ended_within(child, 500 * patience);
    assert.ok(outcome !== null && outcome.code !== 0, JSON.stringify(outcome));
    client.close();
  });

  it('says through /readyz that it is going', async () => {
    const bot = await make('readyz');
    const child = await bot.start();
    const { client } = await half_sent(bot);
    child.kill('SIGTERM');
    await until('readyz to turn', async () => (await exchange(`${bot.admin}/readyz`)).status === 503, { limit: 1000 });
    client.close();
    await ended_within(child, 5000 * patience);
  });
});

describe('a configuration that cannot work', () => {
  const folder = scratch('config');
  mkdirSync(path.join(folder, 'secrets'));
  writeFileSync(path.join(folder, 'secrets/site'), secret);
  writeFileSync(path.join(folder, 'secrets/empty'), '\n');
  const file = path.join(folder, 'stillholds.toml');
  const good = { server: { listen: '127.0.0.1:1', public_url: 'https://bot.example.org' }, account: [account] };

  // Starts with this configuration; expects 2 and, on one line, each of the patterns.
  async function refused(text, ...patterns) {
    writeFileSync(file, typeof text === 'string' ? text : to_toml(text));
    const { code, err, out } = await run(binary, ['serve', '--config', file], { cwd: folder, limit: 5000 * patience });
    assert.equal(code, 2, out + err);
    for (const pattern of patterns) {
      const line = readFileSync(file, 'utf8').split('\n').findIndex((one) => pattern.at && one.includes(pattern.at)) + 1;
      const place = `${file}${pattern.at ? `:${line}` : ''}`;
      const said = err.split('\n').find((one) => one.startsWith(place) && pattern.says.test(one));
      assert.ok(said, `no line "${place}… ${pattern.says}" in:\n${err}`);
    }
    assert.doesNotMatch(err + out, new RegExp(secret.replace(/[+/=]/g, '\\$&')));
  }

  it('an unknown key', () => refused({ ...good, server: { ...good.server, lissten: 'x' } }, { at: 'lissten', says: /server\.lissten/ }));
  it('an unknown table', () => refused({ ...good, servers: { listen: 'x' } }, { at: '[servers]', says: /servers/ }));
  it('a number that is text', () => refused({ ...good, caps: { per_person: 'many' } }, { at: 'per_person', says: /caps\.per_person/ }));
  it('a number out of bounds', () => refused({ ...good, server: { ...good.server, limits: { body_bytes: -5 } } }, { at: 'body_bytes', says: /server\.limits\.body_bytes/ }));
  it('a platform that is not known', () => refused({ ...good, account: [{ ...account, platform: 'usenet' }] }, { at: 'usenet', says: /account\[0\]\.platform.*slack/ }));
  it('a secret that is not there', () => refused({ ...good, account: [{ ...account, secret_files: ['secrets/none'] }] }, { at: 'secrets/none', says: /account\[0\]\.secret_files/ }));
  it('an empty secret', () => refused({ ...good, account: [{ ...account, secret_files: ['secrets/empty'] }] }, { at: 'secrets/empty', says: /account\[0\]\.secret_files.*empty/ }));
  it('no secret at all', () => refused({ ...good, account: [{ ...account, secret_files: undefined }] }, { says: /account\[0\]\.secret_files/ }));
  it('the same account twice', () => refused({ ...good, account: [account, account] }, { says: /account\[1\]\.name/ }));
  it('a setting that the platform does not have', () => refused({ ...good, account: [{ ...account, settings: { shoe_size: '43' } }] }, { at: 'shoe_size', says: /account\[0\]\.settings\.shoe_size/ }));
  it('no public address', () => refused({ ...good, server: { listen: '127.0.0.1:1' } }, { says: /server\.public_url/ }));
  it('no TOML', () => refused('[server\nlisten = 5\n', { says: /:1: / }));
  it('an article that does not exist', async () => {
    writeFileSync(file, to_toml({ ...good, knowledge: { path: knowledge_copy(folder) }, account: [{ ...account, articles: ['no-such-article'] }] }));
    const { code, err } = await run(binary, ['serve', '--config', file], { cwd: folder, limit: 5000 * patience });
    assert.equal(code, 2);
    assert.match(err, /no-such-article/);
  });
  it('all faults at once', () =>
    refused({ ...good, server: { ...good.server, lissten: 'x' }, account: [{ ...account, platform: 'usenet' }] }, { at: 'lissten', says: /server\.lissten/ }, { at: 'usenet', says: /platform/ }));
  it('a file that is not there', async () => {
    const { code, err } = await run(binary, ['serve', '--config', path.join(folder, 'nowhere.toml')], { cwd: folder });
    assert.equal(code, 2);
    assert.match(err, /nowhere\.toml/);
  });
  it('an address that is taken', async () => {
    const other = await listen((request, response) => response.end());
    const bot = await make('taken');
    bot.port = other.port;
    bot.write_config({ account: [account] });
    const { code, out, err } = await bot.command('serve', '--config', bot.config_file);
    assert.equal(code, 2);
    assert.match(out + err, new RegExp(`127\\.0\\.0\\.1:${other.port}`));
    await other.close();
  });
  it('a crash rehearsed at a step that does not exist', async () => {
    const { code, err } = await run(binary, ['serve', '--config', file, '--crash-at', 'lunch'], { cwd: folder });
    assert.equal(code, 2);
    assert.match(err, /admitted.*settled/s);
  });
});

describe('knowledge', () => {
  let bot;
  let claims;
  const file = () => path.join(claims, 'compute-us-90pct.yaml');
  let original;

  before(async () => {
    const folder = scratch('knowledge');
    const knowledge = knowledge_copy(folder);
    claims = path.join(knowledge, 'articles/us-china-ai-gap/claims');
    original = readFileSync(file(), 'utf8');
    bot = await make('reload', { knowledge });
  });
  after(() => bot?.stop());

  const ask = async (text) => {
    const { status, body } = await deliver(bot.url + target, secret, mention_payload(text, { thread: new_id() }));
    assert.equal(status, 200);
    return body;
  };
  const stale = async () => JSON.parse((await exchange(`${bot.admin}/readyz`)).body).knowledge.stale;
  const with_status = (status) => original.replace('status: unsupported', `status: ${status}`);
  const question = 'claim compute-us-90pct';

  it('with faults is refused at start, all of them named', async () => {
    const other = path.join(claims, 'talent-us-over-50pct.yaml');
    const other_original = readFileSync(other, 'utf8');
    writeFileSync(file(), with_status('certainly'));
    writeFileSync(other, other_original + 'colour: blue\n');
    const { code, err, out } = await bot.command('serve', '--config', bot.config_file);
    writeFileSync(file(), original);
    writeFileSync(other, other_original);
    assert.equal(code, 2, out + err);
    const line = (text, part) => text.split('\n').findIndex((one) => one.includes(part)) + 1;
    assert.match(err, new RegExp(`compute-us-90pct\\.yaml:${line(with_status('certainly'), 'certainly')}:\\d+.*certainly`));
    assert.match(err, new RegExp(`talent-us-over-50pct\\.yaml:${line(other_original + 'colour: blue', 'colour: blue')}:\\d+.*colour`));
  });

  it('that is missing is refused at start', async () => {
    const folder = scratch('no-knowledge');
    const empty = await make('no-knowledge', { knowledge: path.join(folder, 'nothing') });
    const { code, err } = await empty.command('serve', '--config', empty.config_file);
    assert.equal(code, 2);
    assert.ok(err.includes(path.join(folder, 'nothing')), err);
  });

  it('that changes is answered from within two seconds', async (t) => {
    await bot.start();
    assert.match(await ask(question), /never well supported/);
    const begun = Date.now();
    writeFileSync(file(), with_status('partly-holds'));
    await until('the new status', async () => /partly holds/.test(await ask(question)), { limit: 10000, every: 50 });
    const took = Date.now() - begun;
    t.diagnostic(`answered with the new status ${took} ms after the edit`);
    assert.ok(took < 2000 * patience);
    assert.equal(await stale(), false);
  });

  it('is noticed when an editor replaces the file', async () => {
    writeFileSync(file() + '.new', with_status('outdated'));
    renameSync(file() + '.new', file());
    await until('the new status', async () => /Status: outdated/.test(await ask(question)), { limit: 2000, every: 50 });
  });

  it('that breaks leaves the old in place, and says so', async (t) => {
    const begun = Date.now();
    writeFileSync(file(), with_status('certainly'));
    await until('the service to say that its knowledge is stale', stale, { limit: 5000 });
    t.diagnostic(`noticed after ${Date.now() - begun} ms`);
    assert.match(await ask(question), /Status: outdated/);
    const { body } = await exchange(`${bot.admin}/metrics`);
    assert.match(body, /knowledge_stale(\{[^}]*\})? 1\b/);
    await until('the fault in the log', () => /compute-us-90pct\.yaml/.test(bot.tail(50)), { limit: 2000 });
  });

  it('that is mended is taken again', async () => {
    writeFileSync(file(), original);
    await until('the service to be content', async () => !(await stale()), { limit: 5000 });
    assert.match(await ask(question), /never well supported/);
  });

  it('can gain a claim and lose one', async () => {
    const added = path.join(claims, 'zebra-count.yaml');
    const text = original
      .replace(/^also_asked_as:\n(  - .*\n)+/m, 'also_asked_as:\n  - how many zebras graze in the data centre\n')
      .replace(/^claim: .*$/m, 'claim: Four zebras graze in the data centre.')
      .replace(/^text:\n( {2,}.*\n)+/m, '');
    writeFileSync(added, text);
    await until('the new claim', async () => /us-china-ai-gap\/zebra-count/.test(await ask('claim zebra-count')), { limit: 5000, every: 100 }).catch((problem) => {
      assert.fail(`${problem.message}\n${bot.tail(5)}`);
    });
    assert.match(await ask('how many zebras graze in the data centre?'), /us-china-ai-gap\/zebra-count/);
    rmSync(added);
    await until('the claim to be gone', async () => !/us-china-ai-gap\/zebra-count/.test(await ask('claim zebra-count')), { limit: 5000, every: 100 });
    assert.ok(!existsSync(added));
    assert.equal(await stale(), false);
  });
});
