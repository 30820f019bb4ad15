"""What LibreOffice makes of the files: all of the text, on pages of the right number."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.platform.documents.conftest import rendered

OFFICE = shutil.which("soffice")
SECONDS_MAX = 180

pytestmark = pytest.mark.skipif(
    OFFICE is None, reason="needs LibreOffice: apt install libreoffice-writer libreoffice-calc"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    for format in ("docx", "xlsx"):
        (folder / f"specimen.{format}").write_bytes(rendered("zh", format))  # type: ignore[arg-type]
    return folder


def converted(folder: Path, name: str, to: str) -> bytes:
    assert OFFICE is not None
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [OFFICE, profile, "--headless", "--convert-to", to, "--outdir", str(folder), name]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=SECONDS_MAX)
    return (folder / name).with_suffix(f".{to.split(':')[0]}").read_bytes()


def test_the_paper_opens_with_all_its_words(folder: Path) -> None:
    text = converted(folder, "specimen.docx", "txt:Text (encoded):UTF8").decode("utf-8-sig")
    for words in (
        "有诉必应马上办月通报",
        "表 1  各类型诉求受理情况",
        "图 6",
        "+8.31%",
        "六、下月工作提示",
    ):
        assert words in text


def test_the_workbook_opens_with_its_first_sheet(folder: Path) -> None:
    options = "csv:Text - txt - csv (StarCalc):44,34,76"
    text = converted(folder, "specimen.xlsx", options).decode()
    for words in ("有诉必应马上办月通报", "群众满意率", "94.69%", "measures-2024.1"):
        assert words in text
