"""A folder to start from."""

import json
from importlib.resources import files
from pathlib import Path

from simnet.experiment import json_schema as experiment_schema
from simnet.scenario import json_schema

from .error import StoreError


def write_starter(folder: Path) -> list[Path]:
    """A new folder with the commented starter scenario, its register and the editor's schema.

    Raises StoreError where the folder holds files already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"{folder} is there already and not empty; give another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for source in sorted(files("simnet.starter").iterdir(), key=lambda item: item.name):
            if source.name.endswith((".yaml", ".csv")):
                target = folder / source.name
                target.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
                written.append(target)
        schemas = {"scenario": json_schema(), "experiment": experiment_schema()}
        for name, schema in schemas.items():
            target = folder / f"{name}.schema.json"
            text = json.dumps(schema, indent=1, ensure_ascii=False)
            target.write_text(text + "\n", encoding="utf-8")
            written.append(target)
    except OSError as error:
        raise StoreError(f"{folder} could not be written: {error.strerror or error}") from error
    return written
