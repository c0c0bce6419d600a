// The service under test: writes its configuration and secrets into a folder, starts the real binary and talks to it.
import path from 'node:path';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { exchange, free_ports, knowledge as all_knowledge, patience, repository, until } from './basics.js';
import { run, start, stop } from './processes.js';

export const binary = path.resolve(process.env.STILLHOLDS_BINARY ?? path.join(repository, 'build/release/stillholds'));
if (!existsSync(binary)) {
  console.error(`there is no ${binary}; build it, or say where it is with STILLHOLDS_BINARY`);
  process.exit(2);
}

// Plain values to TOML: strings, numbers, booleans, arrays of those, and tables of those.
function toml_table(name, table) {
  const lines = name ? [`[${name}]`] : [];
  const inner = [];
  for (const [key, value] of Object.entries(table)) {
    if (value === undefined) continue;
    if (typeof value === 'object' && !Array.isArray(value)) inner.push(toml_table(name ? `${name}.${key}` : key, value));
    else lines.push(`${key} = ${JSON.stringify(value)}`);
  }
  return [lines.join('\n'), ...inner].join('\n\n');
}

export function to_toml({ account: accounts = [], ...rest }) {
  const tables = Object.entries(rest).map(([name, table]) => toml_table(name, table));
  for (const account of accounts) tables.push(toml_table('account', account).replace(/^\[account\]/, '[[account]]'));
  return tables.join('\n\n') + '\n';
}

export class service {
  // `config` overrides the parts of a small working configuration; `secrets` are files: name -> content.
  static async create(folder, { config = {}, secrets = {}, knowledge = all_knowledge } = {}) {
    const [port, admin_port] = await free_ports(2);
    const made = new service();
    Object.assign(made, { folder, port, admin_port, knowledge, child: null });
    made.url = `http://127.0.0.1:${port}`;
    made.admin = `http://127.0.0.1:${admin_port}`;
    made.config_file = path.join(folder, 'stillholds.toml');
    made.log = path.join(folder, 'service.log');
    mkdirSync(path.join(folder, 'secrets'), { recursive: true });
    for (const [name, content] of Object.entries(secrets)) made.write_secret(name, content);
    made.write_config(config);
    return made;
  }

  write_secret(name, content) {
    writeFileSync(path.join(this.folder, 'secrets', name), content + '\n', { mode: 0o600 });
  }

  write_config({ server = {}, ...rest }) {
    const whole = {
      server: { listen: `127.0.0.1:${this.port}`, admin_listen: `127.0.0.1:${this.admin_port}`, public_url: this.url, ...server },
      knowledge: { path: this.knowledge },
      store: { path: path.join(this.folder, 'stillholds.db') },
      ...rest,
    };
    writeFileSync(this.config_file, to_toml(whole));
  }

  launch({ crash_at } = {}) {
    const args = ['serve', '--config', this.config_file];
    if (crash_at) args.push('--crash-at', crash_at);
    this.child = start(binary, args, { log: this.log, cwd: this.folder });
    return this.child;
  }

  async is_ready() {
    try {
      return (await exchange(`${this.admin}/readyz`, { limit: 1000 })).status === 200;
    } catch {
      return false;
    }
  }

  async start(options) {
    const child = this.launch(options);
    let gone = null;
    void child.ended.then((outcome) => (gone = outcome));
    await until(
      'the service to be ready',
      async () => {
        if (gone) return true;
        return this.is_ready();
      },
      { limit: 15000, every: 15 },
    );
    if (gone) throw new Error(`the service ended at once: ${JSON.stringify(gone)}\n${this.tail()}`);
    return child;
  }

  // Ends the service; throws when a sanitizer had something to say about its life.
  async stop(options) {
    const outcome = this.child ? await stop(this.child, { patience: 15000 * patience, ...options }) : null;
    const said = existsSync(this.log) ? readFileSync(this.log, 'utf8').match(/(ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:)[\s\S]{0,3000}/) : null;
    if (said) throw new Error(said[0]);
    return outcome;
  }

  command(...args) {
    return run(binary, args, { cwd: this.folder });
  }

  async outbox() {
    const { code, out, err } = await this.command('outbox', 'list', '--json', '--limit', '100000', '--config', this.config_file);
    if (code !== 0) throw new Error(`outbox list ended with ${code}: ${err}${out}`);
    return out.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  // The value of one sample of /metrics, or the sum of all whose name begins so; null when there is none.
  async metric(name) {
    const { body } = await exchange(`${this.admin}/metrics`);
    const values = body
      .split('\n')
      .filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)))
      .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
  }

  tail(lines = 20) {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').split('\n').slice(-lines).join('\n') : '';
  }
}
