"""Ways to change a record or its evidence, by class, each in many variants.

A change is *named* where ``advisor record verify`` must say it, or *harmless*, for the reason that
stands beside it. Of the same seed come the same changes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

from advisor.records.evidence.bundle import MANIFEST, packed, sha256


@dataclass
class Forgery:
    """A record with its evidence, to be changed. ``entries`` are sealed anew at the end, and the
    record names that seal; ``raw`` is an archive in their place.
    """

    name: str
    text: str
    entries: dict[str, bytes]
    seal: str
    bundle: str
    raw: bytes | None = None

    def files(self) -> Mapping[str, bytes]:
        archive = self.raw or packed(self.entries)
        text = self.text.replace(self.seal, sha256(archive)) if self.raw is None else self.text
        return {self.name: text.encode("utf-8", "surrogatepass"), self.bundle: archive}

    def replace(self, before: str, after: str) -> str:
        """Change it in the record's text alone, once."""
        self.text = self.text.replace(before, after, 1)
        return f"{before!r} -> {after!r}"

    def both(self, before: str, after: str) -> str:
        """Change it in the record's text and in that of the evidence."""
        sealed = self.entries["record.md"].decode()
        self.entries["record.md"] = sealed.replace(before, after).encode()
        self.text = self.text.replace(before, after)
        return f"in both texts {before!r} -> {after!r}"


Mutate: TypeAlias = Callable[[Forgery, Random], str]


@dataclass(frozen=True)
class MutationClass:
    """``harmless`` says why verify may say nothing of it; empty where it must."""

    title: str
    mutate: Mutate
    harmless: str = ""


# The evidence


def _json_of(forgery: Forgery, generator: Random) -> tuple[str, Any]:
    names = [n for n in forgery.entries if n.endswith(".json")]
    name = generator.choice(names)
    return name, json.loads(forgery.entries[name])


def _holders(value: Any) -> list[tuple[Any, Any]]:
    """Every container in it with each of its keys."""
    pairs = []
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        pairs.append((value, key))
        if isinstance(item, (dict, list)):
            pairs += _holders(item)
    return pairs


def _other_value(value: Any, generator: Random) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return generator.choice([value + 1, -1, 0.5, value * 2 + 3])
        case str():
            return generator.choice([f"{value}x", f"x{value}", value[1:], value[::-1] + "y"])
        case None:
            return generator.choice(["x", 0, False])
    return generator.choice([None, "x", []]) if value else {"x": 1}


def json_value(forgery: Forgery, generator: Random) -> str:
    name, data = _json_of(forgery, generator)
    holder, key = generator.choice(_holders(data))
    before = holder[key]
    holder[key] = _other_value(before, generator)
    forgery.entries[name] = _written(data)
    return f"{name}: {key}: {str(before)[:40]!r} -> {str(holder[key])[:40]!r}"


def json_key(forgery: Forgery, generator: Random) -> str:
    name, data = _json_of(forgery, generator)
    holder, key = generator.choice(_holders(data))
    if isinstance(holder, list):
        what = generator.choice(["removed", "doubled"])
        holder[key:] = holder[key + 1 :] if what == "removed" else [holder[key], *holder[key:]]
    else:
        what = generator.choice(["removed", "renamed", "beside it another"])
        if what == "beside it another":
            holder[f"{key}_too"] = holder[key]
        else:
            value = holder.pop(key)
            holder |= {f"{key}_x": value} if what == "renamed" else {}
    forgery.entries[name] = _written(data)
    return f"{name}: {key} {what}"


def json_odd(forgery: Forgery, generator: Random) -> str:
    name, data = _json_of(forgery, generator)
    text = _written(data).decode()
    number = generator.choice(["NaN", "-Infinity", "1" + "0" * 400, "1e999", '"\\ud800"'])
    odd = generator.choice([f'"odd": {number}', '"schema": 2', f'"deep": {"[" * 500}{"]" * 500}'])
    forgery.entries[name] = text.replace("{", "{" + f"{odd},", 1).encode()
    return f"{name}: {odd[:40]}"


def json_layout(forgery: Forgery, generator: Random) -> str:
    name, data = _json_of(forgery, generator)
    indent = generator.choice([None, 2, 4])
    forgery.entries[name] = json.dumps(data, indent=indent).encode() + b"\n"
    return f"{name}: written with an indent of {indent}"


def _written(data: Any) -> bytes:
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def session_line(forgery: Forgery, generator: Random) -> str:
    lines = forgery.entries["session.yaml"].decode().split("\n")
    number = generator.choice([n for n, line in enumerate(lines) if line.strip()])
    before = lines[number]
    match generator.choice(["value", "removed", "doubled", "comment"]):
        case "value":
            lines[number] = re.sub(r"[0-9]|(?<=[a-z])[a-z]$", _next, before) + "1"
        case "removed":
            del lines[number]
        case "doubled":
            lines.insert(number, before)
        case _:
            lines[number] += "  # as agreed"
    forgery.entries["session.yaml"] = "\n".join(lines).encode()
    return f"session.yaml: {before[:60]!r} -> {lines[number : number + 1]}"


def _next(match: re.Match[str]) -> str:
    return chr(ord(match[0]) + 1) if match[0] not in "9z" else match[0]


def finding_twice(forgery: Forgery, generator: Random) -> str:
    """What a finding states, in both of its places."""
    names = [n for n in forgery.entries if n.endswith("finding.json")]
    if not names:
        return ""
    name = generator.choice(names)
    before, after = generator.choice(
        [("yes", "no"), ("it was run", "it was not run"), ("2.21.0", "2.22.0")]
    )
    key = {"yes": "outcome", "it was run": "reason"}.get(before, "tensorflow")
    forgery.entries[name] = forgery.entries[name].replace(
        f'"{key}": "{before}"'.encode(), f'"{key}": "{after}"'.encode()
    )
    session = forgery.entries["session.yaml"].decode()
    start = session.index(f"probe: {name.split('/')[1]}\n", session.index("\n  findings:"))
    pattern = rf"(?<={key}: ){re.escape(before)}|(?<={key}: '){re.escape(before)}"
    changed = session[:start] + re.sub(pattern, after, session[start:], count=1)
    forgery.entries["session.yaml"] = changed.encode()
    return f"{name} and session.yaml: {key}: {before} -> {after}"


def environment_twice(forgery: Forgery, generator: Random) -> str:
    """The environment in both of its places, and in the bill of materials."""
    if b"2.21.0" not in forgery.entries["environment.json"]:
        return ""
    before, after = generator.choice([("2.21.0", "2.99.0"), ("2.13.0", "1.0.0"), ("3.15.1", "4.0")])
    for name in ("environment.json", "bom.cdx.json"):
        forgery.entries[name] = forgery.entries[name].replace(before.encode(), after.encode())
    session = forgery.entries["session.yaml"].decode()
    start = session.index("\n  environment:")
    forgery.entries["session.yaml"] = (
        session[:start] + session[start:].replace(before, after)
    ).encode()
    return f"environment.json, bom.cdx.json and session.yaml: {before} -> {after}"


def knowledge(forgery: Forgery, generator: Random) -> str:
    name = generator.choice([n for n in forgery.entries if n.startswith("knowledge/")])
    lines = forgery.entries[name].decode().split("\n")
    number = generator.choice([n for n, line in enumerate(lines) if line.strip()])
    before = lines[number]
    lines[number] = generator.choice([f"{before}x", f"{before}  # so", "", f"{before}\n{before}"])
    forgery.entries[name] = "\n".join(lines).encode()
    return f"{name}: {before[:50]!r} -> {lines[number][:60]!r}"


STRANGERS = (
    *("extra.txt", "notes.json", "RECORD.md", "record.md.bak", "session.yml", "workshop.json"),
    *("probes/pytorch.runs_eagerly/probe.py", "probes/x.y/finding.json", "probes/readme.txt"),
    *("knowledge/readme.txt", "knowledge/own/rules/more.yaml", "knowledge/shipped/cases/a.yaml"),
    *("knowledge/shipped/rules/zz.yaml", "knowledge/shipped/rules/a.txt", "knowledge/x/a.yaml"),
)


def entry_added(forgery: Forgery, generator: Random) -> str:
    strangers = [name for name in STRANGERS if name not in forgery.entries]
    name = generator.choice(strangers)
    forgery.entries[name] = generator.choice([b"{}\n", b"rules: {}\n", b"x = 1\n", b""])
    return f"{name} added"


def entry_removed(forgery: Forgery, generator: Random) -> str:
    name = generator.choice(list(forgery.entries))
    del forgery.entries[name]
    return f"{name} removed"


def entry_renamed(forgery: Forgery, generator: Random) -> str:
    name = generator.choice(list(forgery.entries))
    folder, _, file = name.rpartition("/")
    after = generator.choice([f"x{name}", f"{name}.old", f"{folder}x/{file}", name.upper()])
    forgery.entries[after.lstrip("/")] = forgery.entries.pop(name)
    return f"{name} -> {after}"


def entries_swapped(forgery: Forgery, generator: Random) -> str:
    names = [n for n in forgery.entries if n.count("/") == 2] or list(forgery.entries)
    first, second = generator.sample(names, 2)
    pair = forgery.entries[second], forgery.entries[first]
    if pair[0] == pair[1]:
        return ""
    forgery.entries[first], forgery.entries[second] = pair
    return f"{first} <-> {second}"


def plain_file(forgery: Forgery, generator: Random) -> str:
    names = [n for n in forgery.entries if n.endswith(("probe.py", "about.txt"))]
    name = generator.choice(names)
    forgery.entries[name] = generator.choice([b"# x\n", b""]) + forgery.entries[name] + b"\n"
    return f"{name}: a line more"


def not_sealed_anew(forgery: Forgery, generator: Random) -> str:
    archive = bytearray(packed(forgery.entries))
    place = generator.randrange(len(archive))
    archive[place] ^= 1 << generator.randrange(8)
    forgery.raw = bytes(archive)
    return f"byte {place} of the archive"


def manifest(forgery: Forgery, generator: Random) -> str:
    """Another manifest in an archive that is otherwise as it was; the record names its hash."""
    from advisor.records.evidence.bundle import _archive

    sums = {name: sha256(data) for name, data in sorted(forgery.entries.items())}
    data: dict[str, Any] = {"schema": 1, "sha256": sums}
    what = generator.choice(["a note", "schema 2", "an entry less", "in capitals", "on one line"])
    match what:
        case "a note":
            data["note"] = "as agreed"
        case "schema 2":
            data["schema"] = 2
        case "an entry less":
            sums.pop(generator.choice(list(sums)))
        case "in capitals":
            data["sha256"] = {name: value.upper() for name, value in sums.items()}
    indent = None if what == "on one line" else 1
    text = json.dumps(data, indent=indent, ensure_ascii=False) + "\n"
    forgery.raw = _archive({**forgery.entries, MANIFEST: text.encode()})
    forgery.text = forgery.text.replace(forgery.seal, sha256(forgery.raw))
    return f"manifest with {what}"


def other_version(forgery: Forgery, generator: Random) -> str:
    """Another version is claimed, and something is changed that only bytes would show."""
    tool = re.search(rb"tool: (framework-advisor [\d.]+)", forgery.entries["session.yaml"])
    assert tool is not None
    version = generator.choice(["framework-advisor 0.1.9", "framework-advisor 9.0.0", "", "x"])
    everywhere = generator.choice([True, False])
    for name in forgery.entries if everywhere else ["session.yaml"]:
        forgery.entries[name] = forgery.entries[name].replace(tool[1], version.encode())
    if everywhere:
        forgery.text = forgery.text.replace(tool[1].decode(), version)
    said = f"tool: {version!r}{' everywhere' if everywhere else ''}"
    if generator.random() < 0.7:
        said += f"; {_word_in_both(forgery, generator)}"
    return said


def _word_in_both(forgery: Forgery, generator: Random) -> str:
    sealed = forgery.entries["record.md"].decode()
    words = [w for w in set(re.findall(r"[A-Za-z]{5,}", sealed)) if w in forgery.text]
    word = generator.choice(sorted(words))
    return forgery.both(word, generator.choice([word[::-1], f"{word}s", "not"]))


def both_texts(forgery: Forgery, generator: Random) -> str:
    return _word_in_both(forgery, generator)


EVIDENCE = (
    MutationClass("a value in a JSON file", json_value),
    MutationClass("a key or an item of a JSON file", json_key),
    MutationClass("JSON of two meanings, or past all bounds", json_odd),
    MutationClass("the layout of a JSON file", json_layout),
    MutationClass("a line of session.yaml", session_line),
    MutationClass("a finding in both of its places", finding_twice),
    MutationClass("the environment in all of its places", environment_twice),
    MutationClass("a line of the knowledge", knowledge),
    MutationClass("a file added", entry_added),
    MutationClass("a file removed", entry_removed),
    MutationClass("a file renamed", entry_renamed),
    MutationClass("two files swapped", entries_swapped),
    MutationClass("about.txt or the source of a probe", plain_file),
    MutationClass("a bit of the archive, not sealed anew", not_sealed_anew),
    MutationClass("another manifest", manifest),
    MutationClass("another version claimed", other_version),
    MutationClass("the text in the record and in the evidence alike", both_texts),
)
