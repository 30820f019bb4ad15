"""Where a model comes from when a command names it: published, a version, a file."""

from pathlib import Path

from services.console.live_classifier import in_use
from services.console.options import fail, reason_of
from services.console.system import System
from services.router.classifier.model_file import BYTES_MAX
from services.router.classifier.store import kept

MODEL_PUBLISHED = "published"


def content_of(system: System, source: str) -> bytes:
    """Ends the command if there is none."""
    if source == MODEL_PUBLISHED:
        fact = in_use(system.log)
        if fact is None:
            fail("no model is in use: teach one with `yousu router train`")
        source = fact.version
    path = Path(source)
    if path.is_file():
        return _file(path)
    content = kept(system.log, source)
    if content is None:
        fail(f"{source}: no file, and no model of this version is kept here")
    return content


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(BYTES_MAX + 1)
    except OSError as error:
        fail(reason_of(error))
