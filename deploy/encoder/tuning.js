// Adds what tests/bench/tune_encoder.py and tune_cross.py learnt to weights; `write` of the first says how the file is laid out.

// `tuning` holds the file's bytes; `weights` has the bytes of each tensor, little-endian floats, by name, and is changed.
// Sums are doubles in a fixed order and rounded once, so that every machine makes the same file of it.
export function addTuning(tuning, weights) {
  const lineEnd = tuning.indexOf("\n");
  const head = JSON.parse(tuning.toString("utf8", 0, lineEnd));
  let at = lineEnd + 1;
  const floats = (count) => Float64Array.from({ length: count }, () => tuning.readFloatLE((at += 4) - 4));
  // Row after row, each number times the scale of its column.
  const factor = (rows, scales) =>
    Float64Array.from({ length: rows * scales.length }, (_, i) => tuning.readInt8(at++) * scales[i % scales.length]);
  const add = (name, changes) => {
    const bytes = weights.get(name);
    if (bytes?.length !== 4 * changes.length) throw new Error(`there is no ${name} of ${changes.length} numbers`);
    changes.forEach((change, i) => bytes.writeFloatLE(bytes.readFloatLE(4 * i) + change, 4 * i));
  };
  for (const { name, length, rows, columns, directions } of head) {
    if (length !== undefined) {
      add(name, floats(length));
      continue;
    }
    const leftScales = floats(directions);
    const rightScales = floats(directions);
    const left = factor(rows, leftScales);
    const right = factor(columns, rightScales);
    const changes = new Float64Array(rows * columns);
    for (let row = 0; row < rows; ++row) {
      for (let column = 0; column < columns; ++column) {
        let sum = 0;
        for (let i = 0; i < directions; ++i) sum += left[row * directions + i] * right[column * directions + i];
        changes[row * columns + column] = sum;
      }
    }
    add(name, changes);
  }
  if (at !== tuning.length) throw new Error(`the tuning file has ${tuning.length - at} bytes too many`);
}
