// Turns the published weights and what tests/bench/learn found to add to them, for the encoder and, from there, for the
// cross-encoder, into the one file that the program maps (layout: knowledge/encoding/weights.hpp).
//   node convert.js FROM-FOLDER TUNING-FILE|none CROSS-FILE|none TO-FILE [any]
// Without a cross-encoder's file it says nothing of any two texts.
// Fails when the outcome is not the file that the program was written for, unless "any" will do.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readWeights } from "./published.js";
import { addTuning } from "./tuning.js";

const [from, tuning, crossTuning, to, which] = process.argv.slice(2);
if (!to) {
  console.error("usage: node convert.js FROM-FOLDER TUNING-FILE|none CROSS-FILE|none TO-FILE [any]");
  process.exit(2);
}
const stop = (why) => {
  console.error(`convert.js: ${why}`);
  process.exit(1);
};

const version = 3;
const alignment = 64; // one cache line; also what the widest vector registers like
const panelColumns = 32;

// What the program accepts, and how long it wants a column to be scaled, stands in its source, once.
const inSource = (file, pattern) => {
  const header = join(dirname(fileURLToPath(import.meta.url)), "../../knowledge/encoding", file);
  return pattern.exec(readFileSync(header, "utf8"))?.[1] ?? stop(`${header} does not hold ${pattern}`);
};
const expected = inSource("weights.hpp", /weights_checksum = (0x[0-9a-f]+)/);
const scaledLength = Number(inSource("scaled.hpp", /scaled_length = ([0-9.]+)F/));

const readPublished = () => {
  try {
    return { vocabulary: JSON.parse(readFileSync(join(from, "vocab.json"), "utf8")), published: readWeights(from).tensors };
  } catch (problem) {
    return stop(`${from} does not hold the published weights: ${problem.message}`);
  }
};
const { vocabulary, published } = readPublished();
const addFile = (file, tensors) => {
  try {
    if (file !== "none") addTuning(readFileSync(file), tensors);
  } catch (problem) {
    stop(`${file} is no tuning of these weights: ${problem.message}`);
  }
};
addFile(tuning, published);
// What only the cross-encoder has begins as nought.
const ofCross = { "cross/claim_shift": 256, "cross/penalties": 16, "cross/judge": 1025 };
const cross = new Map([...published].map(([name, bytes]) => [name, Buffer.from(bytes)]));
for (const [name, count] of Object.entries(ofCross)) cross.set(name, Buffer.alloc(4 * count));
addFile(crossTuning, cross);

const sections = [];
const add = (bytes) => {
  sections.push(bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment));
};
const numbers = (tensors, name, count) => {
  const found = tensors.get(name) ?? stop(`the model has no ${name}`);
  if (found.length !== 4 * count) stop(`${name} holds ${found.length / 4} numbers, not ${count}`);
  return found;
};
const addNumbers = (tensors, name, count) => add(numbers(tensors, name, count));

// A matrix in whole numbers of 16 bits, each column with a factor of its own: panels of 32 columns, each two rows at a
// time, the two numbers of a column side by side. Then the factors.
const addMatrix = (tensors, name, rows, columns) => {
  const bytes = numbers(tensors, name, rows * columns);
  const at = (row, column) => bytes.readFloatLE(4 * (row * columns + column));
  const factors = new Float32Array(columns);
  for (let column = 0; column < columns; ++column) {
    let squares = 0;
    for (let row = 0; row < rows; ++row) squares += at(row, column) ** 2;
    factors[column] = Math.sqrt(squares) / scaledLength || 1;
  }
  const panels = Buffer.alloc(2 * rows * columns);
  for (let to = 0, first = 0; first < columns; first += panelColumns) {
    for (let pair = 0; pair < rows; pair += 2) {
      for (let column = first; column < first + panelColumns; ++column) {
        for (const row of [pair, pair + 1]) to = panels.writeInt16LE(Math.round(at(row, column) / factors[column]), to);
      }
    }
  }
  add(panels);
  add(Buffer.from(factors.buffer));
};

// The vocabulary: scores as the original computes with them (doubles, and a missing one counts as 0), then the pieces.
const scores = Buffer.alloc(8 * vocabulary.length);
const pieces = [];
vocabulary.forEach(([piece, score], index) => {
  scores.writeDoubleLE(score ?? 0, 8 * index);
  const text = Buffer.from(piece, "utf8");
  pieces.push(Buffer.from([text.length]), text);
});
const pieceBytes = Buffer.concat(pieces);
add(scores);
add(pieceBytes);

const root = "module_apply_default/Encoder_en/KonaTransformer/Encode";
const kernels = "module/Encoder_en/KonaTransformer/Encode";
const whole = "ConcatPartitions/concat";
addNumbers(published, "module/Embeddings_en", 8002 * 256);
addNumbers(published, `${root}/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`, 128);
const addTransformer = (tensors) => {
  for (const [index, width] of [256, 512].entries()) {
    const layer = `${root}/Layer_${index}/TransformerLayer`;
    const attention = `Layer_${index}/TransformerLayer/MultiheadAttention`;
    const forward = `${root}/TransformerStack/Layer_${index}/TransformerLayer/FFN`;
    addNumbers(tensors, `${layer}/layer_prepostprocess/layer_norm/layer_norm_scale/${whole}`, width);
    addNumbers(tensors, `${layer}/layer_prepostprocess/layer_norm/layer_norm_bias/${whole}`, width);
    addMatrix(tensors, `${kernels}/${attention}/qkv_transform_single/kernel/part_0`, width, 3 * width);
    addNumbers(tensors, `${root}/${attention}/qkv_transform_single/bias/${whole}`, 3 * width);
    addMatrix(tensors, `${kernels}/${attention}/output_transform_single/kernel/part_0`, width, 512);
    addNumbers(tensors, `${root}/${attention}/output_transform_single/bias/${whole}`, 512);
    if (index === 0) {
      addMatrix(tensors, `${layer}/dense/kernel/${whole}`, 256, 512);
      addNumbers(tensors, `${layer}/dense/bias/${whole}`, 512);
    }
    addNumbers(tensors, `${layer}/FFN/layer_prepostprocess/layer_norm/layer_norm_scale/${whole}`, 512);
    addNumbers(tensors, `${layer}/FFN/layer_prepostprocess/layer_norm/layer_norm_bias/${whole}`, 512);
    addMatrix(tensors, `${forward}/conv1/Tensordot/Reshape_1`, 512, 1536);
    addNumbers(tensors, `${layer}/FFN/conv1/bias/${whole}`, 1536);
    addMatrix(tensors, `${forward}/conv2/Tensordot/Reshape_1`, 1536, 512);
    addNumbers(tensors, `${layer}/FFN/conv2/bias/${whole}`, 512);
  }
  addMatrix(tensors, "module/Encoder_en/hidden_layers/tanh_layer_0/weights", 512, 512);
  addNumbers(tensors, "module/Encoder_en/hidden_layers/tanh_layer_0/bias", 512);
};
addTransformer(published);
addTransformer(cross);
for (const [name, count] of Object.entries(ofCross)) addNumbers(cross, name, count);

// Eight lanes over 32-bit words; every step can be undone, so that one changed word always shows.
const step = (state, word) => {
  const mixed = state ^ word;
  return Math.imul((mixed << 13) | (mixed >>> 19), 0x9e3779b1);
};
const checksumOf = (bytes) => {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const lanes = new Int32Array(8);
  for (let i = 0; i < words.length; ++i) lanes[i & 7] = step(lanes[i & 7], words[i]);
  const low = lanes.reduce(step, 0) >>> 0;
  const high = lanes.reduceRight(step, 0) >>> 0;
  return (BigInt(high) << 32n) | BigInt(low);
};

const body = Buffer.concat(sections);
const checksum = checksumOf(body);
if (which !== "any" && checksum !== BigInt(expected)) {
  stop(`the weights' checksum is 0x${checksum.toString(16).padStart(16, "0")}; the program was written for ${expected}`);
}
const head = Buffer.alloc(alignment);
head.write("STILLENC", 0, "latin1");
head.writeUInt32LE(version, 8);
head.writeUInt32LE(vocabulary.length, 12);
head.writeBigUInt64LE(BigInt(head.length + body.length), 16);
head.writeBigUInt64LE(checksum, 24);
head.writeUInt32LE(pieceBytes.length, 32);

const unfinished = `${to}.${process.pid}`;
try {
  writeFileSync(unfinished, Buffer.concat([head, body]));
  renameSync(unfinished, to);
} catch (problem) {
  rmSync(unfinished, { force: true });
  stop(problem.message);
}
