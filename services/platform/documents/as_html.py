"""A document as one page: no scripts, nothing fetched, everything escaped."""

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from services.platform.documents.charts import Drawing, chart_svg
from services.platform.documents.model import Chart, Document, Table
from services.platform.documents.numbering import numbered
from services.platform.documents.wording import cell_text, is_number_kind, words_of

CONTENTS_FROM_SECTIONS = 4
SHORT_ROWS_MAX = 16  # of a table that is printed on one page
WHOLE = re.compile(r"[!-~]{1,28}|[^\s]{1,4}")  # a code, or a short word: not broken over lines


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("services.platform.documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cell"] = cell_text
    environment.tests["number_kind"] = is_number_kind
    environment.tests["whole"] = lambda cell: isinstance(cell, str) and bool(WHOLE.fullmatch(cell))
    environment.tests["table"] = lambda block: isinstance(block, Table)
    environment.tests["chart"] = lambda block: isinstance(block, Chart)
    environment.tests["bullets"] = lambda block: hasattr(block, "items")
    return environment.get_template("document.html")


def html_bytes(document: Document) -> bytes:
    def drawing(chart: Chart, number: int) -> Markup:
        return Markup(chart_svg(Drawing(chart, document.language), f"figure-{number}"))

    page = _template().render(
        document=document,
        sections=numbered(document),
        words=words_of(document),
        drawing=drawing,
        short=SHORT_ROWS_MAX,
        has_contents=len(document.sections) >= CONTENTS_FROM_SECTIONS,
    )
    return page.encode()
