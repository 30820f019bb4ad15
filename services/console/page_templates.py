"""Pages of our own: templates that escape everything, and files beside them."""

from functools import cache
from importlib.resources import files

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
}


def page_of(template: str, **values: object) -> HTMLResponse:
    """A name that a template asks for and nobody gave is an error, never empty text."""
    html = _environment().get_template(template).render(values)
    return HTMLResponse(html, headers=PAGE_HEADERS)


@cache
def asset_of(name: str) -> bytes:
    return (files("services.console") / "pages" / name).read_bytes()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("services.console", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
