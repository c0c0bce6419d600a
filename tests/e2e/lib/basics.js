// Small things that every test needs: folders, free ports, waiting, a seeded source of chance, one HTTP exchange.
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

export const e2e_folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const repository = path.resolve(e2e_folder, '../..');
export const knowledge = path.resolve(process.env.E2E_KNOWLEDGE ?? path.join(repository, 'knowledge'));
export const artefacts = path.join(repository, 'build/artefacts/e2e');
mkdirSync(artefacts, { recursive: true });

// Multiplies every waiting limit; raise it for a binary built with a sanitizer.
export const patience = Number(process.env.E2E_PATIENCE ?? 1);

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const folders = [];
process.on('exit', () => {
  if (process.env.E2E_KEEP) return;
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

// A folder of the test's own, removed at the end of the process unless E2E_KEEP is set.
export function scratch(name) {
  const folder = mkdtempSync(path.join(tmpdir(), `stillholds-${name}-`));
  folders.push(folder);
  return folder;
}

// A copy of the knowledge folder that a test may spoil.
export function knowledge_copy(folder) {
  const copy = path.join(folder, 'knowledge');
  cpSync(path.join(knowledge, 'articles'), path.join(copy, 'articles'), { recursive: true });
  return copy;
}

// As many different ports as asked for, free at this moment. All are held until the last is known.
export async function free_ports(count) {
  const held = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve, reject) => {
          const server = net.createServer();
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = held.map((server) => server.address().port);
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

// Asks again until the answer is truthy; throws what it waited for when the limit is over.
export async function until(what, ask, { limit = 5000, every = 25 } = {}) {
  const deadline = Date.now() + limit * patience;
  let last;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer;
      last = answer;
    } catch (problem) {
      last = problem;
    }
    if (Date.now() > deadline) throw new Error(`waited ${limit * patience} ms in vain for ${what} (last: ${last})`);
    await sleep(every);
  }
}

// mulberry32: small, seeded, good enough to choose faults with.
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    below: (n) => Math.floor(next() * n),
    // One of [[weight, value], …].
    pick(weighted) {
      let at = next() * weighted.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of weighted) {
        at -= weight;
        if (at < 0) return value;
      }
      return weighted[weighted.length - 1][1];
    },
  };
}

// One request on a connection of its own; resolves to {status, headers, body}, rejects when no whole answer came.
export function exchange(url, { method = 'GET', headers = {}, body, limit = 10000 } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent: false, timeout: limit * patience }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString('utf8') }));
      response.on('error', reject);
      response.on('aborted', () => reject(new Error('the answer broke off')));
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
    request.end(body);
  });
}

// A server on loopback whose close() ends its connections too.
export function listen(handler, port = 0) {
  return new Promise((resolve, reject) => {
    const sockets = new Set();
    const server = http.createServer(handler);
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    });
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () =>
      resolve({
        port: server.address().port,
        url: `http://127.0.0.1:${server.address().port}`,
        close: () =>
          new Promise((done) => {
            server.close(done);
            for (const socket of sockets) socket.destroy();
          }),
      }),
    );
  });
}

export function read_body(request) {
  return new Promise((resolve, reject) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    request.on('error', reject);
  });
}
