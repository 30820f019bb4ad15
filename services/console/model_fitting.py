"""A model's bytes, made ready for the directory in use."""

import logging

from services.router.classifier.linear import LinearClassifier
from services.router.classifier.model_file import ModelInvalid as ModelInvalid
from services.router.directory import Directory

logger = logging.getLogger(__name__)


def fitting(content: bytes, directory: Directory, version: str | None = None) -> LinearClassifier:
    """The model for this directory; what it must leave out is told in the program's log.
    Raises ModelInvalid, also if it is not of that version."""
    loaded = LinearClassifier(content)
    if version is not None and loaded.version != version:
        raise ModelInvalid(f"its bytes are those of {loaded.version}")
    gone = frozenset(loaded.codes) - directory.items.keys()
    if not gone:
        return loaded
    if len(gone) == len(loaded.codes):
        raise ModelInvalid(f"directory {directory.version} has none of its items")
    logger.warning(
        "model %s learnt with directory %s; %s has no item %s: left out",
        loaded.version,
        loaded.model.directory_version,
        directory.version,
        ", ".join(sorted(gone)),
    )
    return LinearClassifier(content, gone)
