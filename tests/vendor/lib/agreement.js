// Puts the same deliveries before a vendor's verifier and before our program, and compares.
import assert from 'node:assert/strict';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { patience, scratch } from '../../e2e/lib/basics.js';
import { run } from '../../e2e/lib/processes.js';
import { binary } from '../../e2e/lib/service.js';

// `verdict` is the vendor's: a delivery to true or false. `timed`: the vendor checks the signed time as well, so that a
// delivery that we find stale must be refused by it. `manifest_name`: the platform's, in a replay's manifest.
export class court {
  constructor({ platform, manifest_name = platform, settings = {}, timed = false, verdict }) {
    Object.assign(this, { platform, manifest_name, settings, timed, verdict });
    this.folder = scratch('vendor');
    this.runs = 0;
  }

  keep(bytes) {
    const name = createHash('sha256').update(bytes).digest('hex');
    const file = path.join(this.folder, name);
    if (!existsSync(file)) writeFileSync(file, bytes);
    return name;
  }

  // What `stillholds replay` makes of the deliveries, all of them in one process.
  async replay(deliveries) {
    mkdirSync(this.folder, { recursive: true });
    const fixtures = deliveries.map(({ name, headers, body, now, secret }) => ({
      platform: this.platform,
      name,
      now,
      secret: { value: secret },
      file: this.keep(body),
      headers_file: this.keep(Buffer.from(JSON.stringify({ headers }))),
    }));
    const manifest = path.join(this.folder, `manifest-${++this.runs}.json`);
    writeFileSync(manifest, JSON.stringify({ config: { [this.manifest_name]: this.settings }, fixtures }));
    const { code, signal, out, err } = await run(binary, ['replay', '--manifest', manifest], { limit: 20000 * patience });
    assert.equal(code, 0, `stillholds replay ended with ${signal ?? code}: ${err.slice(-2000)}`);
    assert.doesNotMatch(err, /runtime error:|Sanitizer/);
    const lines = out.split('\n').filter(Boolean).map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ name }) => name), deliveries.map(({ name }) => name));
    return lines;
  }

  // [{delivery, line, vendor, ours}]: both verdicts on each.
  async hear(deliveries) {
    const lines = await this.replay(deliveries);
    const heard = [];
    for (const [at, delivery] of deliveries.entries()) {
      const { outcome } = lines[at];
      const ours = outcome !== 'reject-signature' && !(this.timed && outcome === 'reject-stale');
      heard.push({ delivery, line: lines[at], ours, vendor: await this.verdict(delivery) });
    }
    return heard;
  }

  // Both take them all, and we understand the question.
  async both_take(deliveries) {
    for (const { delivery, line, vendor, ours } of await this.hear(deliveries)) {
      assert.deepEqual({ vendor, ours, outcome: line.outcome }, { vendor: true, ours: true, outcome: 'mention' }, delivery.name);
      assert.equal(line.question, delivery.expected.question, delivery.name);
    }
  }

  // Both refuse them all. What the vendor takes nevertheless needs an `excuse`, a reason found in the delivery itself;
  // we never do. Resolves to how many needed one.
  async both_refuse(deliveries, excuse = () => null) {
    const heard = await this.hear(deliveries);
    const of = (some) => some.map(({ delivery, line }) => `${delivery.name}: ${line.outcome}`);
    assert.deepEqual(of(heard.filter(({ ours }) => ours)), [], 'we took what was altered');
    const taken = heard.filter(({ vendor }) => vendor);
    assert.deepEqual(of(taken.filter(({ delivery }) => !excuse(delivery))), [], 'the vendor took what we refuse');
    return taken.length;
  }

  // Whatever it is that they say, they say the same.
  async agree(deliveries) {
    const heard = await this.hear(deliveries);
    const split = heard.filter(({ ours, vendor }) => ours !== vendor);
    assert.deepEqual(split.map(({ delivery, line, vendor }) => `${delivery.name}: vendor ${vendor}, we ${line.outcome}`), []);
    return { taken: heard.filter(({ ours }) => ours).length, refused: heard.filter(({ ours }) => !ours).length };
  }

  // A difference that is meant: each of the deliveries is judged exactly so by the two.
  async differ(deliveries, { vendor, outcome }) {
    for (const one of await this.hear(deliveries)) {
      assert.deepEqual({ vendor: one.vendor, outcome: one.line.outcome }, { vendor, outcome }, one.delivery.name);
    }
  }
}
