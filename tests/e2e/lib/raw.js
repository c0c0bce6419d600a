// A TCP connection that says exactly what it is told to, byte for byte, and reads whole HTTP responses.
import net from 'node:net';
import { patience } from './basics.js';

export class raw {
  static connect(port) {
    return new Promise((resolve, reject) => {
      const made = new raw();
      made.held = Buffer.alloc(0);
      made.waiting = [];
      made.is_closed = false;
      made.socket = net.connect({ port, host: '127.0.0.1' });
      made.socket.setNoDelay(true);
      made.socket.on('data', (data) => {
        made.held = Buffer.concat([made.held, data]);
        made.wake();
      });
      made.socket.on('error', (problem) => {
        made.problem = problem;
        reject(problem);
      });
      made.socket.once('close', () => {
        made.is_closed = true;
        made.closed_at = Date.now();
        made.wake();
      });
      made.socket.once('connect', () => resolve(made));
    });
  }

  wake() {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  // Resolves when something arrived or the connection ended, or after `ms`.
  change(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  send(bytes) {
    if (!this.socket.destroyed) this.socket.write(bytes);
    return this;
  }

  // Milliseconds until the other side closed; throws when it does not within `limit`.
  async closed(limit) {
    const begun = Date.now();
    while (!this.is_closed) {
      const left = begun + limit * patience - Date.now();
      if (left <= 0) throw new Error(`still open after ${limit * patience} ms`);
      await this.change(left);
    }
    return this.closed_at - begun;
  }

  // The next response {status, headers, body}; null when the connection ended without one.
  async response({ limit = 5000, head = false } = {}) {
    const deadline = Date.now() + limit * patience;
    for (;;) {
      const found = this.parse(head);
      if (found) return found;
      if (this.is_closed) return null;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no whole response within ${limit * patience} ms; so far: ${this.held.toString('latin1').slice(0, 300)}`);
      await this.change(left);
    }
  }

  parse(head) {
    const end = this.held.indexOf('\r\n\r\n');
    if (end < 0) return null;
    const [first, ...lines] = this.held.subarray(0, end).toString('latin1').split('\r\n');
    const status = Number(first.split(' ')[1]);
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
    const length = head || status < 200 || status === 204 || status === 304 ? 0 : Number(headers['content-length'] ?? 0);
    if (this.held.length < end + 4 + length) return null;
    const body = this.held.subarray(end + 4, end + 4 + length).toString('utf8');
    this.held = this.held.subarray(end + 4 + length);
    return { status, headers, body };
  }

  close() {
    this.socket.destroy();
  }
}

// The text of a request; `headers` as an object, Host and Content-Length added unless given (null leaves one out).
export function request_text(method, target, { headers = {}, body = '', version = '1.1' } = {}) {
  const length = Buffer.byteLength(body);
  const all = { host: '127.0.0.1', ...(length > 0 || method === 'POST' ? { 'content-length': length } : {}), ...headers };
  const lines = Object.entries(all).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/${version}\r\n${lines.join('')}\r\n`, 'latin1'), Buffer.from(body)]);
}
