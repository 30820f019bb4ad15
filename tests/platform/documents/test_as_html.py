"""The page: nothing that runs, nothing that is fetched, readable by machines that read aloud."""

import re
from html.parser import HTMLParser

from services.platform.documents.model import Column, Language, Paragraph, Table
from services.platform.documents.rendering import render
from tests.platform.documents.conftest import rendered
from tests.platform.documents.few import around

VOID = {"meta", "br"}


class Outline(HTMLParser):
    """Every element's name and attributes; an error for what is not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_a_page_stands_alone(language: Language) -> None:
    page = rendered(language, "html").decode()
    outline = Outline(page)
    assert not {"script", "link", "img", "iframe", "object", "base"} & {
        e for e, _ in outline.elements
    }
    for _, attributes in outline.elements:
        assert not any(name.startswith("on") or name == "src" for name in attributes)
        for name in ("href", "xlink:href"):
            assert (attributes.get(name) or "#").startswith("#")
    assert not re.search(r"@import|url\(\s*['\"]?(?!#)", page)
    assert outline.named("html") == [{"lang": "zh-CN" if language == "zh" else "en"}]


def test_identifiers_are_unique_and_links_lead_somewhere(language: Language) -> None:
    outline = Outline(rendered(language, "html").decode())
    names = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(names) == len(set(names))
    targets = {
        (attributes.get("href") or attributes.get("xlink:href") or "")[1:]
        for tag, attributes in outline.elements
        if tag in ("a", "use")
    }
    assert targets
    assert targets <= set(names)


def test_tables_and_charts_can_be_heard(language: Language) -> None:
    outline = Outline(rendered(language, "html").decode())
    assert len(outline.named("caption")) == len(outline.named("table")) == 4
    assert all(cell.get("scope") in ("col", "row") for cell in outline.named("th"))
    charts = [one for one in outline.named("svg") if one.get("role") == "img"]
    assert len(charts) == 6
    assert all(one["aria-label"] for one in charts)


def test_everything_is_escaped() -> None:
    table = Table("<i>", (Column("<b>"),), (("<script>x</script>",),), note="<u>")
    page = render(around(Paragraph("<p onclick=x>"), table, title="</title><s>"), "html").decode()
    assert not {"i", "b", "u", "s", "script"} & {name for name, _ in Outline(page).elements}
    assert "&lt;script&gt;x&lt;/script&gt;" in page


def test_words_of_the_page_follow_the_language() -> None:
    zh, en = (rendered("zh", "html").decode(), rendered("en", "html").decode())
    assert all(word in zh for word in ("表 1", "图 1", "目录", "数据来源"))
    assert all(word in en for word in ("Table 1", "Figure 1", "Contents", "Source"))
    assert not re.search("[一-鿿]", re.sub(r"<style>.*?</style>", "", en, flags=re.DOTALL))
