"""Tunes the cross-encoder (knowledge/encoding/cross_encoder.hpp) on questions and the claims that do and do not answer
them.

    tune_cross.py PUBLISHED-FOLDER TUNING PAIRS OUT

It begins as the tuned encoder (TUNING) and learns as that did (tune_encoder.py): additions of low rank, of which OUT
holds the outcome; beside them what tells a claim from a question, what it costs to look from one to the other, and the
judge. A question's right claim is told from up to three of those, the nearest most often, that the matcher finds for it (PAIRS as tuning_pairs writes
them by meaning): as the best of the four (softmax), each on its own (logistic), and each on its own given the odds that
the matcher without it gives them, so that it learns most from what that takes for the wrong one.
"""
import json
import random
import sys
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from tune_encoder import HEADS, Encoder, published, tuned, write

EPOCHS = 2
RATE = 5e-4
WARM_UP = 40  # steps
BATCH = 32  # questions
WRONG = 3  # claims beside the right one
RIGHT_WEIGHT = 2.0  # of the right one in the logistic
ANY_WORDING = 0.3  # how often a right claim is told in another wording than that nearest to the question
AS_WRITTEN = 0.3  # how often a question is not put in the known case (knowledge/encoding/casing.hpp)
NEAR = 0.35  # how fast wrong claims get rarer with their rank
STEEPEST = 1.0  # gradient
ALIKE = 10.0  # what the judge begins with: the cosine times this, less half
LAYERS = 2
QUESTION_TOKENS_MOST, CLAIM_TOKENS_MOST = 64, 48  # as in cross_encoder.hpp


class CrossEncoder(Encoder):
    """As knowledge/encoding/cross_encoder.cpp computes it, so that it can learn."""

    def __init__(self, tensors):
        super().__init__(tensors)
        self.claim_shift = torch.zeros(256, requires_grad=True)
        self.penalties = torch.full((LAYERS, HEADS, 2), -1.0, requires_grad=True)
        self.judge = torch.cat([torch.full((512,), ALIKE), torch.zeros(512), torch.tensor([-ALIKE / 2])]).requires_grad_()

    def beside(self):
        return {"cross/claim_shift": self.claim_shift, "cross/penalties": self.penalties.flatten(), "cross/judge": self.judge}

    def learnt(self):
        return [*super().learnt(), self.claim_shift, self.penalties, self.judge]

    def log_odds(self, questions, claims, weights):
        """Lists of tokens, as many of either, to one number each."""
        texts = [(q[:QUESTION_TOKENS_MOST], c[:CLAIM_TOKENS_MOST]) for q, c in zip(questions, claims)]
        longest = max(len(q) + len(c) for q, c in texts)
        ids = torch.zeros(len(texts), longest, dtype=torch.long)
        places = torch.zeros(len(texts), longest, dtype=torch.long)
        asked = torch.zeros(len(texts), longest)
        claimed = torch.zeros(len(texts), longest)
        for row, (question, claim) in enumerate(texts):
            border, end = len(question), len(question) + len(claim)
            ids[row, :end] = torch.tensor(question + claim)
            places[row, :border], places[row, border:end] = torch.arange(border), torch.arange(len(claim))
            asked[row, :border] = claimed[row, border:end] = 1
        tokens = 2 * self.embeddings[ids] + self.timing[places] + claimed[..., None] * self.claim_shift
        hidden = (1 - asked - claimed)[:, None, None, :] * -1e9
        across = asked[:, None, :, None] * claimed[:, None, None, :]
        back = across.transpose(2, 3)
        for layer in range(LAYERS):
            there, here = (self.penalties[layer, :, way][None, :, None, None] for way in (0, 1))
            tokens = self._layer(weights, layer, tokens, hidden + across * there + back * here)
        one, other = self._summary(weights, tokens, asked), self._summary(weights, tokens, claimed)
        return torch.cat([one * other, (one - other).abs(), torch.ones(len(texts), 1)], 1) @ self.judge


def batches(pairs, chance):
    """Questions of like length together, in any order."""
    chance.shuffle(pairs)
    alike = []
    for at in range(0, len(pairs), BATCH * 16):
        some = sorted(pairs[at : at + BATCH * 16], key=lambda pair: len(pair["question"]))
        alike += [some[i : i + BATCH] for i in range(0, len(some) - BATCH + 1, BATCH)]
    chance.shuffle(alike)
    return alike


def candidates(pair, chance):
    """A wording of the right claim, then the nearest ones of wrong claims, the first always among them; and the matcher's
    odds of each."""
    right = pair["right"][0] if chance.random() > ANY_WORDING else chance.choice(pair["right"])
    ranks = [0] + [min(int(chance.expovariate(NEAR)), len(pair["wrong"]) - 1) for _ in range(WRONG - 1)]
    claims = [right] + [pair["wrong"][rank][0] for rank in ranks]
    return claims, [pair["right_odds"]] + [pair["wrong_odds"][rank] for rank in ranks]


def learn(encoder, pairs):
    chance = random.Random(1)
    learnt = encoder.learnt()
    optimiser = torch.optim.Adam(learnt, lr=RATE)
    steps = EPOCHS * (len(pairs) // BATCH)
    step = 0
    weight = torch.tensor([RIGHT_WEIGHT] + [1.0] * WRONG).expand(BATCH, -1)
    target = torch.tensor([1.0] + [0.0] * WRONG).expand(BATCH, -1)
    for epoch in range(EPOCHS):
        total, count = 0.0, 0
        for batch in batches(pairs, chance):
            step += 1
            for group in optimiser.param_groups:
                group["lr"] = RATE * min(1, step / WARM_UP) * max(0.02, 1 - step / (steps + 1))
            questions, claims, before = [], [], []
            for pair in batch:
                questions += [pair["question" if chance.random() < AS_WRITTEN else "known_case"]] * (WRONG + 1)
                wordings, matched = candidates(pair, chance)
                claims += wordings
                before.append(matched)
            odds = encoder.log_odds(questions, claims, encoder.weights()).reshape(BATCH, -1)
            best = cross_entropy(odds, torch.zeros(BATCH, dtype=torch.long))
            alone = binary_cross_entropy_with_logits(odds, target, weight=weight)
            together = binary_cross_entropy_with_logits(torch.tensor(before) + odds, target, weight=weight)
            loss = best + alone + together
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learnt, STEEPEST)
            optimiser.step()
            total, count = total + loss.item(), count + 1
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {total / count:.3f}", flush=True)


def main():
    folder, tuning, file, out = sys.argv[1:]
    torch.manual_seed(1)
    encoder = CrossEncoder(tuned(published(Path(folder)), Path(tuning)))
    pairs = [json.loads(line) for line in open(file)]
    learn(encoder, [pair for pair in pairs if pair["question"] and pair["right"] and pair["wrong"]])
    write(encoder, Path(out), encoder.beside())


if __name__ == "__main__":
    main()
