#!/usr/bin/env python3
"""tests/fuzz/seeds.py FOLDER: what fuzzing starts from, for each target a folder of inputs and a dictionary of the words
it should know (FOLDER/TARGET/*, FOLDER/TARGET.dict): recorded requests and answers, and the first article's own files."""
import json
import pathlib
import re
import sys

out = pathlib.Path(sys.argv[1])
FIXTURES = pathlib.Path("tests/fixtures")
KNOWLEDGE = pathlib.Path("knowledge/articles")


def put(target: str, inputs: dict[str, bytes], words: set[str]) -> None:
    folder = out / target
    folder.mkdir(parents=True)
    for name, data in inputs.items():
        (folder / name).write_bytes(data)
    with (out / f"{target}.dict").open("w") as dictionary:
        for word in sorted(words):
            dictionary.write('"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"\n')


def words_of(value) -> set[str]:
    """Every key and every short text of a JSON value."""
    if isinstance(value, dict):
        return set(value).union(*map(words_of, value.values()))
    if isinstance(value, list):
        return set().union(*map(words_of, value))
    return {value} if isinstance(value, str) and 0 < len(value) <= 24 else set()


def words_in(body: bytes) -> set[str]:
    try:
        return words_of(json.loads(body))
    except ValueError:
        return set(re.findall(r"[a-z_]{3,24}(?==)", body.decode(errors="replace")))  # a form's fields


def admissions(folder: pathlib.Path) -> None:
    inputs = {file.stem: file.read_bytes().partition(b"\r\n\r\n")[2] for file in folder.glob("*.http")}
    put(f"admit-{folder.name}", inputs, set().union(*map(words_in, inputs.values())) - {""})


def judgements(folder: pathlib.Path) -> None:
    """A status in two bytes, then the body."""
    inputs: dict[str, bytes] = {}
    words: set[str] = set()
    for name in ("answers", "probes", "provisions", "sightings"):
        if not (file := folder / f"{name}.json").exists():
            continue
        read = json.loads(file.read_text())
        for number, row in enumerate(read["rows"] if isinstance(read, dict) else read):
            body = row["body"] if isinstance(row["body"], str) else json.dumps(row["body"])
            inputs[f"{name}-{number}"] = (row["status"] - 100).to_bytes(2, "big") + body.encode()
            words |= words_in(body.encode())
    put(f"judge-{folder.name}", inputs, words - {""})


def knowledge() -> None:
    """One letter says which file it is, then the file."""
    inputs = {}
    words = {": ", "- ", ">-\n", "|\n", "{", "}", "[", "]", "&a", "*a", "!!str", "\n---\n", "\n...\n", "<<: ", "? "}
    for file in KNOWLEDGE.glob("**/*.yaml"):
        kind = {"article": "a", "golden": "g"}.get(file.stem, "c")
        inputs[f"{kind}-{file.stem}"] = kind.encode() + file.read_bytes()
    for schema in KNOWLEDGE.glob("*.schema.json"):
        text = schema.read_text()
        words |= {f"{key}: " for key in re.findall(r'"([a-z_]{3,20})": \{', text)}
        words |= set(re.findall(r'^ +"([a-z-]{3,20})",?$', text, re.M))
    put("knowledge", inputs, words)


def questions() -> None:
    inputs = {}
    words = {"other", "2", "claim ", "changes since ", "follow", "unfollow", "forget me", "list", "help", "this is wrong: "}
    for file in KNOWLEDGE.glob("*/golden.yaml"):
        for number, ask in enumerate(re.findall(r"^- ask: (.*)$", file.read_text(), re.M)):
            inputs[f"{file.parent.name}-{number}"] = ask.encode()
            words |= set(ask.split())
    words |= {file.stem for file in KNOWLEDGE.glob("*/claims/*.yaml")}
    put("question", inputs, words)


platforms = sorted(folder for folder in FIXTURES.iterdir() if folder.is_dir())
put("json_gate", {f"{folder.name}-{file.stem}": file.read_bytes().partition(b"\r\n\r\n")[2]
                  for folder in platforms for file in folder.glob("*mention*.http")},
    {"null", "true", "false", "\\u0000", "\\ud83d", "1e999", "-0"})
knowledge()
questions()
for each in platforms:
    admissions(each)
    judgements(each)
