"""What a folder says of itself: its format, and a digest of every file, itself included."""

import hashlib
import json
from pathlib import Path
from typing import Any

from simnet.experiment.keys import digest

from .error import ReadError

FORMAT = 1
"""of folders, raised where an older simnet would read a newer one wrongly, or the other way"""
MANIFEST = "manifest.json"
"""of a run"""
SWEEP = "sweep.json"
"""of a sweep"""
COMPARISON = "comparison.json"
"""of a comparison"""
KINDS = {MANIFEST: "run", SWEEP: "sweep", COMPARISON: "comparison"}
PICTURES = (".png", ".svg")
"""files that nothing is read from"""


def seal(folder: Path, manifest: str, document: dict[str, Any]) -> None:
    """Write the manifest, last of all files: the document, and what tells if anything changes."""
    files = {
        path.relative_to(folder).as_posix(): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    whole = {"format": FORMAT, **document, "files": files}
    # digested as it will be read again: of what JSON does not know, the text
    whole = json.loads(json.dumps(whole, ensure_ascii=False, default=str))
    whole["digest"] = digest(whole)
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    (folder / manifest).write_text(text + "\n", encoding="utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def text_of(file: Path) -> str:
    """What stands in it; nothing where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def opened(folder: Path, manifest: str) -> dict[str, Any]:
    """The manifest, whole and of this format.

    Raises ReadError where it is of another format, was changed, or is none of ours.
    """
    file, kind = folder / manifest, KINDS[manifest]
    again = f"make the {kind} again with this simnet"
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ReadError(
            f"{folder} holds no {kind}: there is no {file}; write one with simnet {kind}"
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or error
        raise ReadError(f"{file} cannot be read: {why}; {again}") from error
    if not isinstance(document, dict) or not {"scenario", "question", "comparison"} & set(document):
        raise ReadError(f"{file} is not the manifest of a {kind}")
    told = document.get("format", 0)
    if told == 0:
        raise ReadError(
            f"{folder} was written by an older simnet, without what tells if it is whole; {again}"
        )
    kept = document.pop("digest", None)
    if kept != digest(document):
        raise ReadError(f"{file} is damaged, or was changed since it was written; {again}")
    if told != FORMAT:
        raise ReadError(
            f"{folder} has format {told} of a newer simnet, and this one reads {FORMAT}: install "
            f"the newer one, or {again}"
        )
    return document


def changed(folder: Path, document: dict[str, Any], pictures: bool = True) -> list[str]:
    """Names of files that are gone, or not as they were written. pictures: look at these too."""
    found = []
    for name, kept in document["files"].items():
        if pictures or not name.endswith(PICTURES):
            try:
                sound = _digest(folder / name) == kept
            except OSError:
                sound = False
            if not sound:
                found.append(name)
    return found


def refuse_changed(folder: Path, document: dict[str, Any], pictures: bool = False) -> None:
    """Raise ReadError where a file is gone, or is not as it was written."""
    names = changed(folder, document, pictures)
    if names:
        more = f" and {len(names) - 1} more are" if len(names) > 1 else " is"
        raise ReadError(
            f"{folder / names[0]}{more} missing, damaged, or changed since written; "
            f"make the results again, into another folder"
        )
