// Starts child processes and answers for them: whatever a test does, no process of ours outlives it. Each pid is also
// written to the file named by E2E_PIDS, so that the runner can clear up after a test file that died itself.
import { spawn } from 'node:child_process';
import { appendFileSync, openSync, closeSync, readFileSync } from 'node:fs';

const alive = new Set();

function kill_now(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
}

process.on('exit', () => {
  for (const child of alive) {
    const workers = workers_of(child.pid);
    kill_now(child.pid);
    end_workers(workers);
  }
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => process.exit(1));

// When a process was started, in clock ticks since boot: tells it from a later one with the same number.
export function start_time(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return null;
  }
}

// What a process has started itself, as [pid, start time]: PHP's server leaves its workers behind when it is told to end.
function workers_of(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    return children.flatMap((child) => [[child, start_time(child)], ...workers_of(child)]);
  } catch {
    return [];
  }
}

function end_workers(workers) {
  for (const [pid, started] of workers) {
    if (started !== null && start_time(pid) === started) kill_now(pid);
  }
}

// Starts a program with its output appended to `log`. The child gets `ended`, a promise of {code, signal}.
export function start(program, args, { log, env = process.env, cwd } = {}) {
  const out = openSync(log, 'a');
  const child = spawn(program, args, { stdio: ['ignore', out, out], env, cwd });
  closeSync(out);
  child.ended = new Promise((resolve) => {
    child.once('error', (problem) => {
      alive.delete(child);
      resolve({ code: null, signal: null, problem });
    });
    child.once('exit', (code, signal) => {
      alive.delete(child);
      resolve({ code, signal });
    });
  });
  if (child.pid !== undefined) {
    alive.add(child);
    if (process.env.E2E_PIDS) appendFileSync(process.env.E2E_PIDS, `${child.pid} ${start_time(child.pid)}\n`);
  }
  return child;
}

// Waits for the end of a child for at most `limit` milliseconds; null when it runs on.
export async function ended_within(child, limit) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(null), limit);
  });
  const outcome = await Promise.race([child.ended, late]);
  clearTimeout(timer);
  return outcome;
}

// Asks a child to end, and makes it when it does not. Resolves to {code, signal}.
export async function stop(child, { signal = 'SIGTERM', patience = 5000 } = {}) {
  if (!alive.has(child)) return child.ended;
  const workers = workers_of(child.pid);
  child.kill(signal);
  let outcome = await ended_within(child, patience);
  if (outcome === null) {
    child.kill('SIGKILL');
    outcome = await child.ended;
  }
  end_workers(workers);
  return outcome;
}

// Runs a program to its end and collects what it says.
export function run(program, args, { env = process.env, cwd, limit = 20000 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env, cwd });
    if (child.pid !== undefined) alive.add(child);
    let out = '';
    let err = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), limit);
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    child.once('error', (problem) => {
      clearTimeout(timer);
      alive.delete(child);
      resolve({ code: null, signal: null, out, err: err + problem.message });
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      alive.delete(child);
      resolve({ code, signal, out, err });
    });
  });
}
