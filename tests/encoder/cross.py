"""What PyTorch makes of pairs of texts.json with the cross-encoder's weights: the odds of each text with the next one.

    cross.py PUBLISHED-FOLDER >cross.json

PUBLISHED-FOLDER is the npm package's dist/ (tests/bench/learn fetches it); the tokens are those of original.json.
"""
import json
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path.append(str(root / "tests/bench"))
from tune_cross import CrossEncoder  # noqa: E402
from tune_encoder import published, tuned  # noqa: E402

files = root / "deploy/encoder"
tensors = tuned(published(Path(sys.argv[1])), files / "tuning.bin")
model = CrossEncoder(tensors)
changed = tuned(tensors | {name: shift.detach() * 0 for name, shift in model.beside().items()}, files / "cross.bin")
model.claim_shift = changed["cross/claim_shift"]
model.penalties = changed["cross/penalties"].reshape(model.penalties.shape)
model.judge = changed["cross/judge"]
rows = []
texts = json.loads((root / "tests/encoder/original.json").read_text())
known = [number for number, text in enumerate(texts) if text["tokens"]]
for question, claim in zip(known, known[1:]):
    odds = model.log_odds([texts[question]["tokens"]], [texts[claim]["tokens"]], changed)
    rows.append(json.dumps({"question": question, "claim": claim, "log_odds": round(odds.item(), 5)}))
print("[\n" + ",\n".join(rows) + "\n]")
