"""Tunes the sentence encoder (Universal Sentence Encoder, lite) on questions and the claims that answer them.

    tune_encoder.py PUBLISHED-FOLDER PAIRS all|0|1 OUT

Contrastive learning (InfoNCE, van den Oord et al. 2018): a question lies nearer to its claim than to the claims of the
other questions at hand and to one that shares its words. Embeddings stay as they are; to each matrix the product of a
tall and a wide one is added, and only these are learnt (LoRA, Hu et al. 2021), so that the outcome is a file that a
repository can hold. deploy/encoder/convert.js adds it to the weights that it fetched.
"""
import json
import random
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy, layer_norm, normalize

EPOCHS = 3
RATE = 5e-4
WARM_UP = 20  # steps
BATCH = 64
SHARPNESS = 20.0  # what a cosine is multiplied by
TOKENS_MOST = 64  # of a text while learning
DIRECTIONS = 32  # the rank of what is added to a matrix
HEADS = 4
WIDTHS = (256, 512)  # of what goes into each layer
ROOT = "module_apply_default/Encoder_en/KonaTransformer/Encode"
KERNELS = "module/Encoder_en/KonaTransformer/Encode"
WHOLE = "ConcatPartitions/concat"
EMBEDDINGS = "module/Embeddings_en"
TIME_SCALES = f"{ROOT}/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1"
LAST = "module/Encoder_en/hidden_layers/tanh_layer_0/weights"
LAST_BIAS = "module/Encoder_en/hidden_layers/tanh_layer_0/bias"


def layer_names(index):
    layer = f"{ROOT}/Layer_{index}/TransformerLayer"
    attention = f"Layer_{index}/TransformerLayer/MultiheadAttention"
    forward = f"{ROOT}/TransformerStack/Layer_{index}/TransformerLayer/FFN"
    names = {
        "scale": f"{layer}/layer_prepostprocess/layer_norm/layer_norm_scale/{WHOLE}",
        "shift": f"{layer}/layer_prepostprocess/layer_norm/layer_norm_bias/{WHOLE}",
        "question_key_value": f"{KERNELS}/{attention}/qkv_transform_single/kernel/part_0",
        "question_key_value_bias": f"{ROOT}/{attention}/qkv_transform_single/bias/{WHOLE}",
        "attended": f"{KERNELS}/{attention}/output_transform_single/kernel/part_0",
        "attended_bias": f"{ROOT}/{attention}/output_transform_single/bias/{WHOLE}",
        "forward_scale": f"{layer}/FFN/layer_prepostprocess/layer_norm/layer_norm_scale/{WHOLE}",
        "forward_shift": f"{layer}/FFN/layer_prepostprocess/layer_norm/layer_norm_bias/{WHOLE}",
        "forward_in": f"{forward}/conv1/Tensordot/Reshape_1",
        "forward_in_bias": f"{layer}/FFN/conv1/bias/{WHOLE}",
        "forward_out": f"{forward}/conv2/Tensordot/Reshape_1",
        "forward_out_bias": f"{layer}/FFN/conv2/bias/{WHOLE}",
    }
    if index == 0:
        names["widened"] = f"{layer}/dense/kernel/{WHOLE}"
        names["widened_bias"] = f"{layer}/dense/bias/{WHOLE}"
    return names


def published(folder):
    """The weights by name, as matrices and vectors."""
    tensors = {}
    for group in json.loads((folder / "model.json").read_text())["weightsManifest"]:
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        at = 0
        for entry in group["weights"]:
            count = int(np.prod(entry["shape"]))
            if entry["dtype"] == "float32":
                shape = [size for size in entry["shape"] if size != 1]
                tensors[entry["name"]] = torch.tensor(np.frombuffer(data, np.float32, count, at).reshape(shape).copy())
            at += 4 * count
    return tensors


def tuned(tensors, file):
    """The weights with what `write` wrote added to them."""
    line, data = file.read_bytes().split(b"\n", 1)
    at = 0

    def take(kind, *shape):
        nonlocal at
        numbers = np.frombuffer(data, kind, int(np.prod(shape)), at).reshape(shape)
        at += numbers.nbytes
        return torch.tensor(numbers.astype(np.float32))

    changed = dict(tensors)
    for entry in json.loads(line):
        name = entry["name"]
        if "length" in entry:
            changed[name] = tensors[name] + take("<f4", entry["length"])
            continue
        left_scale, right_scale = take("<f4", entry["directions"]), take("<f4", entry["directions"])
        left = take("i1", entry["rows"], entry["directions"]) * left_scale
        right = take("i1", entry["columns"], entry["directions"]) * right_scale
        changed[name] = tensors[name] + left @ right.T
    return changed


class Encoder:
    """As knowledge/encoding/transformer.cpp computes it, so that it can learn."""

    def __init__(self, tensors):
        self.embeddings = tensors[EMBEDDINGS]
        times = torch.arange(128).float()[:, None] * tensors[TIME_SCALES].reshape(1, -1)
        self.timing = torch.cat([times.sin(), times.cos()], 1)
        names = [name for index in (0, 1) for name in layer_names(index).values()] + [LAST, LAST_BIAS]
        self.published = {name: tensors[name] for name in names}
        self.factors = {}  # of each matrix; the right one begins as nothing, so that learning begins at the published
        self.shifts = {}  # of each vector
        for name, tensor in self.published.items():
            if tensor.dim() == 1:
                self.shifts[name] = torch.zeros_like(tensor, requires_grad=True)
                continue
            rows, columns = tensor.shape
            left = torch.randn(rows, DIRECTIONS) / rows**0.5
            self.factors[name] = (left.requires_grad_(), torch.zeros(DIRECTIONS, columns, requires_grad=True))

    def learnt(self):
        return [*self.shifts.values(), *(factor for pair in self.factors.values() for factor in pair)]

    def weights(self):
        """What is published and what was learnt, together."""
        return {name: tensor + (self.shifts[name] if name in self.shifts else self.factors[name][0] @ self.factors[name][1])
                for name, tensor in self.published.items()}

    @staticmethod
    def _layer(weights, index, tokens, hidden):
        of = {part: weights[name] for part, name in layer_names(index).items()}
        width = WIDTHS[index]
        rows, length, _ = tokens.shape
        normal = layer_norm(tokens, (width,), of["scale"], of["shift"], 1e-6)
        wide = normal @ of["question_key_value"] + of["question_key_value_bias"]
        question, key, value = (part.reshape(rows, length, HEADS, -1).transpose(1, 2) for part in wide.split(width, -1))
        shares = torch.softmax(question @ key.transpose(-1, -2) / (width // HEADS) ** 0.5 + hidden, -1)
        found = (shares @ value).transpose(1, 2).reshape(rows, length, width)
        if "widened" in of:
            tokens = tokens @ of["widened"] + of["widened_bias"]
        tokens = tokens + found @ of["attended"] + of["attended_bias"]
        normal = layer_norm(tokens, (512,), of["forward_scale"], of["forward_shift"], 1e-6)
        between = torch.relu(normal @ of["forward_in"] + of["forward_in_bias"])
        return tokens + between @ of["forward_out"] + of["forward_out_bias"]

    def __call__(self, texts, weights):
        """Lists of tokens to vectors of length one."""
        texts = [text[:TOKENS_MOST] for text in texts]
        longest = max(1, max(map(len, texts)))
        ids = torch.zeros(len(texts), longest, dtype=torch.long)
        there = torch.zeros(len(texts), longest)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = torch.tensor(text, dtype=torch.long)
            there[row, : len(text)] = 1
        tokens = 2 * self.embeddings[ids] + self.timing[:longest]
        hidden = (1 - there)[:, None, None, :] * -1e9
        for index in (0, 1):
            tokens = self._layer(weights, index, tokens, hidden)
        return self._summary(weights, tokens, there)

    @staticmethod
    def _summary(weights, tokens, there):
        """Of the tokens that are there, a vector of length one."""
        mean = (tokens * there[..., None]).sum(1) / there.sum(1, keepdim=True).clamp(min=1)
        return normalize(torch.tanh(mean @ weights[LAST] + weights[LAST_BIAS]), dim=-1)


def learn(encoder, pairs):
    chance = random.Random(1)
    optimiser = torch.optim.Adam(encoder.learnt(), lr=RATE)
    steps = EPOCHS * (len(pairs) // BATCH)
    step = 0
    for epoch in range(EPOCHS):
        chance.shuffle(pairs)
        total = 0.0
        for at in range(0, len(pairs) - BATCH + 1, BATCH):
            batch = pairs[at : at + BATCH]
            step += 1
            for group in optimiser.param_groups:
                group["lr"] = RATE * min(1, step / WARM_UP) * (1 - step / (steps + 1))
            weights = encoder.weights()
            questions = encoder([pair["question"] for pair in batch], weights)
            right = encoder([chance.choice(pair["right"]) for pair in batch], weights)
            wrong = encoder([chance.choice(chance.choice(pair["wrong"] or [pair["right"]])) for pair in batch], weights)
            alike = SHARPNESS * questions @ torch.cat([right, wrong]).T
            # A claim that two of the questions share is wrong for neither.
            same = torch.tensor([[a["claim"] == b["claim"] for b in batch] for a in batch]).fill_diagonal_(False)
            alike = torch.cat([alike[:, :BATCH].masked_fill(same, -1e9), alike[:, BATCH:]], 1)
            loss = cross_entropy(alike, torch.arange(BATCH))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.item()
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {total / (len(pairs) // BATCH):.3f}", flush=True)


def in_bytes(factors):
    """Each column to whole numbers from -127 to 127, and what to multiply it by."""
    scale = (factors.abs().max(0).values / 127).clamp(min=1e-12)
    return torch.round(factors / scale).to(torch.int8).numpy(), scale.numpy().astype("<f4")


def write(encoder, out, others=None):
    """A line of JSON that says what follows; then for each vector its change as floats, and for each matrix the scales of
    its left and right factors and both factors' bytes, row after row, the right one transposed. `others`: vectors beside
    the encoder's, by name."""
    head, body = [], []
    for name, shift in (encoder.shifts | (others or {})).items():
        head.append({"name": name, "length": len(shift)})
        body.append(shift.detach().numpy().astype("<f4").tobytes())
    for name, (left, right) in encoder.factors.items():
        head.append({"name": name, "rows": len(left), "columns": right.shape[1], "directions": DIRECTIONS})
        factors = [in_bytes(left.detach()), in_bytes(right.detach().T)]
        body += [scale.tobytes() for _, scale in factors] + [whole.tobytes() for whole, _ in factors]
    out.write_bytes(json.dumps(head, separators=(",", ":")).encode() + b"\n" + b"".join(body))


def main():
    folder, file, half, out = sys.argv[1:]
    torch.manual_seed(1)
    pairs = [json.loads(line) for line in open(file)]
    if half != "all":
        pairs = [pair for pair in pairs if pair["half"] == int(half)]
    encoder = Encoder(published(Path(folder)))
    learn(encoder, pairs)
    write(encoder, Path(out))


if __name__ == "__main__":
    main()
