"""Pseudonyms for customers: what is passed on tells nobody who they are."""

import hashlib
import os
import secrets
from pathlib import Path

import platformdirs


def key_file() -> Path:
    """Where this user's key is. Whoever has it can tell which name a pseudonym stands for."""
    return platformdirs.user_data_path("simnet") / "pseudonyms.key"


def user_key() -> bytes:
    """This user's own key, made when it is first needed. Raises OSError where it cannot be kept."""
    file = key_file()
    try:
        return _read(file)
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(secrets.token_hex(32) + "\n")
    try:
        os.link(part, file)  # whoever was first has made the key
    except FileExistsError:
        pass
    finally:
        part.unlink()
    return _read(file)


def _read(file: Path) -> bytes:
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii"))
    except ValueError:
        key = b""
    if len(key) < 16:
        raise OSError(None, "it holds no key; remove it, and a new one is made", str(file))
    return key


def pseudonym(name: str, kind: str, key: bytes) -> str:
    """16 hexadecimal digits in the place of a name: the same for the same name, kind and key, and
    without the key neither to be undone nor to be guessed (BLAKE2, RFC 7693, keyed)."""
    return hashlib.blake2b(f"{kind}\0{name}".encode(), key=key[:64], digest_size=8).hexdigest()
