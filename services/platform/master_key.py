"""The key that wraps all keys: 32 bytes in a file of its own, readable by its owner only."""

import os
from pathlib import Path

from services.platform.ids import Entropy, system_entropy
from services.platform.whole_file import flush_folder

MASTER_KEY_BYTES = 32


class MasterKeyInvalid(ValueError):
    """The file does not hold what it should."""


def load_master_key(path: Path) -> bytes:
    """Raises MasterKeyInvalid, naming the file and never its content."""
    if not path.exists():
        raise MasterKeyInvalid(f"{path}: is missing")
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError):
        raise MasterKeyInvalid(f"{path}: cannot be read as 64 hexadecimal digits") from None
    if len(key) != MASTER_KEY_BYTES:
        raise MasterKeyInvalid(f"{path}: holds {len(key)} bytes, not {MASTER_KEY_BYTES}")
    return key


def create_master_key(path: Path, entropy: Entropy = system_entropy) -> bytes:
    """Made once; if another process was first, its key is the one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{entropy(8).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(entropy(MASTER_KEY_BYTES).hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # atomic, and fails if it is there
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    flush_folder(path.parent)  # else a power cut may take the key and leave what it wrapped
    return load_master_key(path)
