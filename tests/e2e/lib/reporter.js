// A line per test, and the counts of the file for the runner (written to E2E_COUNTS). A suite that is skipped as a whole
// counts as one.
import { writeFileSync } from 'node:fs';

function why(error) {
  const cause = error?.cause instanceof Error ? error.cause : error;
  return String(cause?.stack ?? cause?.message ?? cause);
}

export default async function* reporter(source) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of source) {
    const suite = data?.details?.type === 'suite';
    const skipped = data?.skip !== undefined && data.skip !== false;
    if (type === 'test:pass' && (!suite || skipped)) {
      counts[skipped ? 'skipped' : 'passed'] += 1;
      const reason = skipped ? ` (${data.skip === true ? 'skipped' : data.skip})` : '';
      yield `  ${skipped ? 'skip' : 'pass'}  ${data.name}${reason}  ${Math.round(data.details.duration_ms)} ms\n`;
    } else if (type === 'test:fail' && (!suite || data.details.error?.failureType === 'hookFailed')) {
      counts.failed += 1;
      if (data.details.error?.failureType === 'cancelledByParent') yield `  FAIL  ${data.name} (not run)\n`;
      else yield `  FAIL  ${data.name}\n${why(data.details.error).replace(/^/gm, '        ')}\n`;
    } else if (type === 'test:diagnostic' && !/^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/.test(data.message)) {
      yield `        ${data.message}\n`;
    }
  }
  if (process.env.E2E_COUNTS) writeFileSync(process.env.E2E_COUNTS, JSON.stringify(counts));
}
