"""Every format of the specimen: the same bytes always, nothing fetched, nothing executed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.platform.documents.model import Language
from services.platform.documents.rendering import FORMATS, Format, render
from tests.platform.documents.specimen import specimen

ROOT = Path(__file__).parents[3]
DIGESTS = """
import hashlib
from services.platform.documents.rendering import FORMATS, render
from tests.platform.documents.specimen import specimen
for format in FORMATS:
    print(hashlib.sha256(render(specimen("zh"), format)).hexdigest())
"""


def digests(seed: str, zone: str) -> str:
    surroundings = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
    ran = subprocess.run(
        [sys.executable, "-c", DIGESTS],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        check=True,
        text=True,
    )
    return ran.stdout


def test_two_processes_write_the_same_bytes() -> None:
    assert digests("1", "Asia/Shanghai") == digests("2", "America/Los_Angeles")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_process_writes_the_same_bytes_again(language: Language, format: Format) -> None:
    assert render(specimen(language), format) == render(specimen(language), format)
