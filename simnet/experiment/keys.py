"""Keys: what determines a run, as a short name under which it is kept."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from simnet.scenario import Scenario
from simnet.scenario.physical import physical, whole

SOURCES = (
    "scenario", "siting", "plan", "draws", "model", "kernel", "accounts", "policies.py",
    "records.py", "run.py",
)  # fmt: skip
"""of the package: what figures come from"""


@dataclass(frozen=True)
class Keys:
    """What a scenario's runs are kept under, before seed and replication."""

    physical: str
    """of what happens: all that agree in it share their simulations"""
    whole: str
    """of what happens and what is paid"""


@cache
def version() -> str:
    """Of the model: another one where any code or data that figures come from is another."""
    digest = hashlib.blake2b(digest_size=8)
    root = Path(__file__).parents[1]
    for name in SOURCES:
        path = root / name
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        for file in files:
            if file.is_file() and file.suffix in (".py", ".csv", ".gz", ".json"):
                digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def keys_of(scenario: Scenario) -> Keys:
    """Keys of a scenario, for this version of the model."""
    return Keys(digest(physical(scenario), version()), digest(whole(scenario), version()))


def digest(*data: Any) -> str:
    """Of plain data; the order of names counts, as it may decide between equals."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def run_key(of_scenario: str, seed: int, replication: int) -> str:
    """Of one replication."""
    return f"{of_scenario}-{seed}-{replication}"
