// The HTTP edge over bare sockets: what no well-behaved client sends.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { exchange, patience, scratch, sleep, until } from '../lib/basics.js';
import { raw, request_text } from '../lib/raw.js';
import { service } from '../lib/service.js';
import * as hooks from '../lib/standard_hooks.js';

const secret = hooks.new_secret();
const target = '/hooks/standard-webhooks/site';
const connections_max = 6;

// Connections that the service holds, by the kernel's own list (local port, state ESTABLISHED).
function served_connections(port) {
  const local = ':' + port.toString(16).toUpperCase().padStart(4, '0');
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1).map((row) => row.trim().split(/\s+/));
  return rows.filter(([, at, , state]) => at.endsWith(local) && state === '01').length;
}

describe('the HTTP edge', () => {
  let bot;
  const open = [];

  before(async () => {
    bot = await service.create(scratch('sockets'), {
      secrets: { site: secret },
      config: {
        server: { limits: { connections: connections_max, idle_seconds: 2, body_seconds: 2, write_seconds: 2, header_bytes: 8192, body_bytes: 65536 } },
        account: [{ platform: 'standard-webhooks', name: 'site', secret_files: ['secrets/site'] }],
      },
    });
    await bot.start();
  });
  after(async () => {
    for (const one of open) one.close();
    await bot?.stop();
  });

  async function connect() {
    const made = await raw.connect(bot.port);
    open.push(made);
    return made;
  }

  // A client that goes after every test, so that the limit on connections is met only where it is meant.
  const test = (name, body) =>
    it(name, async (t) => {
      try {
        await body(t);
      } finally {
        for (const one of open.splice(0)) one.close();
      }
      await until('the service to be well', async () => (await exchange(`${bot.url}/healthz`, { limit: 2000 })).status === 200);
    });

  function signed(text = 'list', extra = {}) {
    const body = hooks.mention_payload(text);
    return { headers: { ...hooks.signed_headers(secret, hooks.new_id(), body), ...extra }, body };
  }

  test('answers several requests on one connection', async () => {
    const client = await connect();
    for (let n = 0; n < 3; ++n) {
      client.send(request_text('POST', target, signed()));
      assert.equal((await client.response()).status, 200);
    }
  });

  test('answers requests that were sent ahead, in order', async () => {
    const client = await connect();
    client.send(Buffer.concat([request_text('POST', target, signed('claim compute-us-90pct')), request_text('GET', '/nothing'), request_text('GET', '/healthz'), request_text('POST', target, signed('list'))]));
    const first = await client.response();
    assert.equal(first.status, 200);
    assert.match(first.body, /90%/);
    assert.equal((await client.response()).status, 404);
    assert.equal((await client.response()).status, 200);
    assert.match((await client.response()).body, /compute-us-90pct/);
  });

  test('takes a body in chunks', async () => {
    const client = await connect();
    const { headers, body } = signed();
    client.send(request_text('POST', target, { headers: { ...headers, 'content-length': null, 'transfer-encoding': 'chunked' } }));
    for (let at = 0; at < body.length; at += 37) {
      const part = body.slice(at, at + 37);
      client.send(`${part.length.toString(16)}\r\n${part}\r\n`);
      await sleep(2);
    }
    client.send('0\r\n\r\n');
    assert.equal((await client.response()).status, 200);
  });

  test('says 413 to chunks without end', async () => {
    const client = await connect();
    client.send(request_text('POST', target, { headers: { 'content-length': null, 'transfer-encoding': 'chunked' } }));
    const part = 'x'.repeat(8192);
    for (let n = 0; n < 20; ++n) client.send(`2000\r\n${part}\r\n`);
    assert.equal((await client.response()).status, 413);
    await client.closed(4000);
  });

  test('says 413 to a length beyond all bounds without waiting for it', async () => {
    for (const length of ['65537', '99999999999', '18446744073709551615']) {
      const client = await connect();
      client.send(request_text('POST', target, { headers: { 'content-length': length } }));
      assert.equal((await client.response()).status, 413, length);
      await client.closed(4000);
    }
  });

  test('asks for the body when the client waits for that', async () => {
    const client = await connect();
    const { headers, body } = signed();
    const whole = request_text('POST', target, { headers: { ...headers, expect: '100-continue' }, body });
    const split = whole.indexOf('\r\n\r\n') + 4;
    client.send(whole.subarray(0, split));
    assert.equal((await client.response()).status, 100);
    client.send(whole.subarray(split));
    assert.equal((await client.response()).status, 200);
  });

  test('does not ask for a body that it would refuse', async () => {
    const client = await connect();
    client.send(request_text('POST', target, { headers: { 'content-length': '100000', expect: '100-continue' } }));
    assert.equal((await client.response()).status, 413);
  });

  test('takes a request byte by byte', async () => {
    const client = await connect();
    for (const byte of request_text('POST', target, signed())) client.send(Buffer.from([byte]));
    assert.equal((await client.response()).status, 200);
  });

  test('closes on a header that never ends', async (t) => {
    const client = await connect();
    client.send('POST ' + target + ' HTTP/1.1\r\nhost: x\r\n');
    const drip = setInterval(() => client.send('a: b\r\n'), 150);
    try {
      const ms = await client.closed(5000);
      t.diagnostic(`closed after ${ms} ms`);
      assert.ok(ms < 4000 * patience);
    } finally {
      clearInterval(drip);
    }
  });

  test('closes on a body that never ends', async (t) => {
    const client = await connect();
    client.send(request_text('POST', target, { headers: { 'content-length': '5000' } }));
    const drip = setInterval(() => client.send('x'), 150);
    try {
      const ms = await client.closed(6000);
      t.diagnostic(`closed after ${ms} ms`);
      assert.ok(ms < 5000 * patience);
    } finally {
      clearInterval(drip);
    }
  });

  test('closes on silence', async () => {
    const client = await connect();
    assert.ok((await client.closed(5000)) < 4000 * patience);
  });

  test('closes on a client that does not read', async () => {
    // More answers than the buffers of both sides hold, and nobody to take them.
    const client = await connect();
    client.socket.pause();
    client.send(Buffer.concat(Array.from({ length: 4000 }, () => request_text('GET', '/a/us-china-ai-gap'))));
    await until('the answers to begin', () => served_connections(bot.port) === 1);
    await until('the connection to be given up', () => served_connections(bot.port) === 0, { limit: 8000, every: 100 });
  });

  test('says 400 to garbage, and lives', async () => {
    for (const bytes of ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'hello\r\n\r\n', '\0\0\0\0\r\n\r\n', 'GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'GET / HTTP/1.1\r\nbad header\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ' '.repeat(300) + '\r\n\r\n']) {
      const client = await connect();
      client.send(Buffer.from(bytes, 'latin1'));
      client.socket.end();
      const answer = await client.response();
      if (answer !== null) assert.equal(answer.status, 400, JSON.stringify(bytes));
      await client.closed(4000);
      client.close();
    }
  });

  test('wants one Host', async () => {
    for (const headers of ['', 'host: a\r\nhost: b\r\n']) {
      const client = await connect();
      client.send(`GET /healthz HTTP/1.1\r\n${headers}\r\n`);
      assert.equal((await client.response()).status, 400, headers);
      await client.closed(4000);
    }
  });

  test('takes HTTP/1.0 without Host, and closes after it', async () => {
    const client = await connect();
    client.send('GET /healthz HTTP/1.0\r\n\r\n');
    assert.equal((await client.response()).status, 200);
    await client.closed(1500);
  });

  test('refuses a header that is too large', async () => {
    for (const request of [request_text('GET', '/' + 'a'.repeat(9000)), request_text('GET', '/', { headers: { filler: 'x'.repeat(9000) } })]) {
      const client = await connect();
      client.send(request);
      assert.ok([400, 414, 431].includes((await client.response()).status));
      await client.closed(4000);
    }
  });

  test('refuses two opinions on where a body ends', async () => {
    const smuggled = 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n';
    for (const headers of [
      { 'content-length': '4', 'transfer-encoding': 'chunked' },
      { 'content-length': '4\r\ncontent-length: 40' },
      { 'content-length': '-1' },
      { 'content-length': '4, 4' },
      { 'content-length': '0x10' },
      { 'content-length': null, 'transfer-encoding': 'gzip, identity' },
    ]) {
      const client = await connect();
      client.send(request_text('POST', target, { headers })).send('0\r\n\r\n' + smuggled);
      const first = await client.response();
      if (first !== null) {
        assert.ok(first.status >= 400, `${first.status} to ${JSON.stringify(headers)}`);
        // What followed was not taken for a request of its own.
        const second = await client.response().catch(() => null);
        assert.ok(second === null || second.status === 400, JSON.stringify(headers));
      }
    }
  });

  test('answers HEAD without a body', async () => {
    const client = await connect();
    client.send(request_text('HEAD', '/'));
    const answer = await client.response({ head: true });
    assert.equal(answer.status, 200);
    assert.ok(Number(answer.headers['content-length']) > 0);
    client.send(request_text('GET', '/healthz'));
    assert.equal((await client.response()).status, 200);
  });

  test('goes no higher than its root', async () => {
    for (const path of ['/../../etc/passwd', '/a/../../etc/passwd', '/a/%2e%2e/%2e%2e/etc/passwd', '/a/us-china-ai-gap/..%2f..%2f..%2fetc%2fpasswd', '//etc/passwd', '/a/us-china-ai-gap/%00', '/a/us-china-ai-gap/%zz', '/a/' + '%41'.repeat(2000)]) {
      const client = await connect();
      client.send(request_text('GET', path));
      const answer = await client.response();
      assert.ok([400, 404].includes(answer.status), `${answer.status} to ${path}`);
      assert.doesNotMatch(answer.body, /root:/);
      client.close();
    }
  });

  test('serves as many connections as it may, and the next when one leaves', async () => {
    const crowd = [];
    for (let n = 0; n < connections_max; ++n) {
      const client = await connect();
      client.send(request_text('GET', '/healthz'));
      assert.equal((await client.response()).status, 200);
      crowd.push(client);
    }
    const next = await connect();
    next.send(request_text('GET', '/healthz'));
    await assert.rejects(next.response({ limit: 500 / patience }), /no whole response/);  // shorter than silence is suffered
    crowd[0].close();
    assert.equal((await next.response({ limit: 1000 })).status, 200);
  });

  test('is well after many clients that vanish', async () => {
    for (let round = 0; round < 60; ++round) {
      const client = await raw.connect(bot.port);
      const whole = request_text('POST', target, signed());
      client.send(whole.subarray(0, Math.floor((whole.length * round) / 60)));
      if (round % 2 === 0) client.socket.resetAndDestroy?.();
      client.close();
    }
    const client = await connect();
    client.send(request_text('POST', target, signed()));
    assert.equal((await client.response()).status, 200);
  });
});
