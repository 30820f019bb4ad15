"""A bulletin of ten tables and six charts in each format, beside the bare libraries.

Processor time, each format in a process of its own. Baselines, with the same cells and values:
matplotlib's charts as they come, with python-docx's own tables, or openpyxl's cells.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path

from benchmarks.figures import Figure, show
from services.platform.documents.model import Block, Chart, Document, Section, Table
from services.platform.documents.rendering import FORMATS, Format, render
from services.platform.documents.wording import cell_text
from tests.platform.documents.specimen import specimen

TABLES = 10
SECONDS_MAX: dict[Format, float] = {"html": 2, "docx": 3, "xlsx": 2}
CALL = "import sys; from benchmarks.documents import one; one(sys.argv[1])"


def figures() -> Iterator[Figure]:
    for format in FORMATS:
        command = [sys.executable, "-c", CALL, format]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        first, again, bare, peak_mib = map(float, done.stdout.split())
        limit = SECONDS_MAX[format]
        yield Figure(f"{format}: first bulletin", first, "s", bare, limit, "<=", "value")
        yield Figure(f"{format}: a further bulletin", again, "s", bare, limit, "<=", "value")
        yield Figure(f"{format}: peak memory", peak_mib, "MiB")


def bulletin() -> Document:
    made = specimen("zh")
    tables = [one for one in _blocks(made) if isinstance(one, Table)]
    more = tuple(islice(cycle(tables), TABLES - len(tables)))
    return replace(made, sections=(*made.sections, Section("附表", more)))


def one(format: Format) -> None:
    """Prints seconds of the first, a further and the bare one, and the largest memory in MiB."""
    document = bulletin()
    first = _seconds(lambda: render(document, format))
    again = _seconds(lambda: render(document, format))
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(line for line in status if line.startswith("VmHWM"))
    bare = {"html": _bare_charts, "docx": _bare_tables, "xlsx": _bare_cells}[format]
    bare(document)
    print(first, again, _seconds(lambda: bare(document)), int(peak.split()[1]) / 1024)


def _blocks(document: Document) -> list[Block]:
    return [block for section in document.sections for block in section.blocks]


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _bare_charts(document: Document, kind: str = "svg") -> None:
    from matplotlib.figure import Figure as Drawn

    for block in _blocks(document):
        if isinstance(block, Chart):
            drawn = Drawn(figsize=(6.3, 3.1), layout="constrained")
            axes = drawn.add_subplot()
            for series in block.series:
                values = [float("nan") if one is None else float(one) for one in series.values]
                axes.plot(range(len(values)), values)
            axes.set_xticks(range(len(block.categories)), [str(n) for n in range(len(values))])
            drawn.savefig(BytesIO(), format=kind, dpi=220)


def _bare_tables(document: Document) -> None:
    import docx

    word = docx.Document()
    for block in _blocks(document):
        if isinstance(block, Table):
            table = word.add_table(rows=len(block.rows), cols=len(block.columns))
            for row, cells in zip(block.rows, table.rows, strict=True):
                for value, column, cell in zip(row, block.columns, cells.cells, strict=True):
                    cell.text = cell_text(value, column.kind)
    _bare_charts(document, "png")
    word.save(BytesIO())


def _bare_cells(document: Document) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for block in _blocks(document):
        if isinstance(block, Table):
            sheet = book.create_sheet()
            for row in block.rows:
                sheet.append(row)
    book.save(BytesIO())


if __name__ == "__main__":
    for figure in figures():
        show(figure)
