// Runs the test files one after another, each in a process of its own and under a time limit, and adds up.
// node run.js [FILE or part of a file's name …]
// node run.js --in FOLDER […]: those of another folder instead, which has no folders within.
import path from 'node:path';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const patience = Number(process.env.E2E_PATIENCE ?? 1);
const limit_file = 240_000 * patience;
const limit_all = Number(process.env.E2E_LIMIT_SECONDS ?? 600 * patience) * 1000;
const wanted = process.argv.slice(2);
const elsewhere = wanted[0] === '--in' ? path.resolve(wanted.splice(0, 2)[1]) : null;
const root = elsewhere ?? here;
const folders = elsewhere ? ['.'] : ['edge', 'kill', 'waline', 'wordpress', 'pages'];

const binary = path.resolve(process.env.STILLHOLDS_BINARY ?? path.join(here, '../../build/release/stillholds'));
if (!existsSync(binary)) {
  console.error(`there is no ${binary}; build it with ./deploy/run --build-only, or say where it is with STILLHOLDS_BINARY`);
  process.exit(2);
}

const scratch = mkdtempSync(path.join(tmpdir(), 'stillholds-e2e-run-'));
const pids = path.join(scratch, 'pids');
const total = { passed: 0, failed: 0, skipped: 0 };
const begun = Date.now();
let current = null;

// What a dead test file left running: only processes of our own list that are still the same process.
function clear_up() {
  if (!existsSync(pids)) return;
  for (const line of readFileSync(pids, 'utf8').split('\n').filter(Boolean)) {
    const [pid, started] = line.split(' ');
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] === started) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // long gone
    }
  }
  rmSync(pids, { force: true });
}

function run_file(file) {
  return new Promise((resolve) => {
    const counts = path.join(scratch, 'counts');
    rmSync(counts, { force: true });
    const left = Math.min(limit_file, begun + limit_all - Date.now());
    const args = [`--test-reporter=${path.join(here, 'lib/reporter.js')}`, '--test-reporter-destination=stdout', file];
    current = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, E2E_COUNTS: counts, E2E_PIDS: pids } });
    const soft = setTimeout(() => current?.kill('SIGTERM'), Math.max(left, 1));
    const hard = setTimeout(() => current?.kill('SIGKILL'), Math.max(left, 1) + 5000);
    current.once('exit', (code, signal) => {
      clearTimeout(soft);
      clearTimeout(hard);
      current = null;
      clear_up();
      const seen = existsSync(counts) ? JSON.parse(readFileSync(counts, 'utf8')) : { passed: 0, failed: 0, skipped: 0 };
      if (code !== 0 && seen.failed === 0) {
        console.log(`  FAIL  ${path.relative(root, file)} ended with ${signal ?? code}${signal ? ' (time limit?)' : ''}`);
        seen.failed = 1;
      }
      for (const key of Object.keys(total)) total[key] += seen[key];
      resolve();
    });
  });
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    current?.kill('SIGTERM');
    clear_up();
    process.exit(1);
  });
}

const files = folders
  .map((folder) => path.join(root, folder))
  .filter((folder) => existsSync(folder) && statSync(folder).isDirectory())
  .flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith('.test.js')).sort().map((name) => path.join(folder, name)))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));

for (const file of files) {
  console.log(path.relative(root, file));
  await run_file(file);
}
rmSync(scratch, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
