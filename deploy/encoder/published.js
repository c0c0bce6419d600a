// Reads weights as TensorFlow.js publishes them: model.json says which files hold which tensors.
import { readFileSync } from "node:fs";
import { join } from "node:path";

// `tensors`: the bytes of each tensor of floats by its name, little-endian. `groups`: the files' names and all their
// bytes together; the tensors are views of these.
export function readWeights(folder) {
  const model = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
  const tensors = new Map();
  const groups = model.weightsManifest.map(({ paths, weights }) => {
    const bytes = Buffer.concat(paths.map((path) => readFileSync(join(folder, path))));
    let offset = 0;
    for (const { name, shape, dtype } of weights) {
      const size = 4 * shape.reduce((a, b) => a * b, 1);
      if (dtype === "float32") tensors.set(name, bytes.subarray(offset, offset + size));
      offset += size;
    }
    return { paths, bytes };
  });
  return { tensors, groups };
}
