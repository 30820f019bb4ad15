"""Residents' words are nowhere but sealed: every byte of the folder and of the output is read."""

import json
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest
from conftest import Import
from end_to_end_bytes import contents_of, must_hold_references
from end_to_end_log import facts, types
from end_to_end_program import wait_until, yousu
from end_to_end_reports import Row, row
from end_to_end_server import REPORTS, report, serving

# long enough that sealed bytes, which are as good as random, do not hold it by chance (three
# letters stand in a few hundred kilobytes of them once in fifty times), and short enough that
# words that were cut off are found, too
LATIN = "QX7VZJ"
MARK = f"机密{LATIN}标记"
PERSONAL = ("title", "text", "phone", "name", "address")
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030")


def spellings(word: str) -> list[bytes]:
    """How the word could stand in a file: also escaped, as JSON and Python's repr write it."""
    escaped = json.dumps(word).strip('"')
    return [word.encode(encoding) for encoding in ENCODINGS] + [escaped.encode(), LATIN.encode()]


def places_of(word: str, contents: dict[str, bytes]) -> list[str]:
    wanted = spellings(word)
    return [name for name, content in contents.items() if any(one in content for one in wanted)]


def marked(number: int, **changed: str) -> Row:
    words = {name: f"{MARK}{name}{number}" for name in PERSONAL}
    return row(number, number)._replace(**(words | changed))


def bad_rows() -> Iterable[Row]:
    """Rows that are refused for each personal column, and for others."""
    yield marked(1, text=f"{MARK}\x00")
    yield marked(2, title=MARK + "长" * 600)
    yield marked(3, phone=f"{MARK}\x07")
    yield marked(4, address=MARK * 200)
    yield marked(5, time=f"{MARK}昨天")
    yield marked(6, longitude=MARK, latitude="36.62")
    yield marked(7, item=MARK * 20)


def test_no_resident_words_in_the_data_folder_or_in_any_output(data: Path, take_in: Import) -> None:
    # given reports with a mark in every personal field, and rows that are refused
    good = [marked(100 + number) for number in range(20)]
    joined = [one._replace(ref=f"again{one.ref}") for one in good]
    outputs = [take_in([*good, *bad_rows(), *joined])]
    assert (outputs[0].document["joined"], outputs[0].document["rejected"]) == (20, 7)

    # when everything has been done with them that is done with reports
    outputs += [
        yousu("process", "--until-idle", "--data", data),
        yousu("status", "--data", data),
        yousu("quarantine", "list", "--data", data),
    ]

    # then the mark is nowhere
    contents = contents_of(data)
    for number, one in enumerate(outputs):
        contents[f"output {number}"] = (one.out + one.err).encode("utf-8", "surrogateescape")
    assert places_of(MARK, contents) == []
    # and what may be there is found by the same search
    assert must_hold_references() <= set(places_of(good[0].ref, contents)) != set()


def test_no_resident_words_in_what_a_server_writes(data: Path) -> None:
    words = {name: f"{MARK}{name}" for name in ("title", "text", "contact", "name", "address")}
    form = {"service_code": "none", "description": MARK, "first_name": MARK, "phone": MARK}
    with serving(data) as server, httpx.Client(base_url=server.url, timeout=30) as client:
        # when it is told good things and bad ones, at each of its doors
        assert client.post(REPORTS, json=report("r1", **words)).status_code == 201
        assert client.post(REPORTS, json=report("r2", **words, kind=MARK)).status_code == 422
        assert client.post(REPORTS, json=report("r3", **words) | {MARK: MARK}).is_client_error
        assert client.post(REPORTS, content=json.dumps(MARK)[:-1]).is_client_error
        assert client.post("/open311/v2/requests.json", data=form).is_client_error
        assert client.get(f"/{MARK}", params={"q": MARK}).status_code == 404
        client.get("/api/v1/tickets", params={"reference": MARK, "q": MARK})
        client.get(f"/api/v1/tickets/{MARK}")
        wait_until(lambda: types(facts(data))["ticket.opened.v1"] < len(facts(data)))
        # then the mark is nowhere, neither in the files as a kill leaves them nor on its outputs
        server.process.kill()
        out, err = server.process.communicate()
    contents = contents_of(data) | {"output": (out + err).encode("utf-8", "surrogateescape")}
    assert {"yousu.db-wal", "table public.stored_events"} & contents.keys()
    assert places_of(MARK, contents) == []
    assert must_hold_references() <= set(places_of("r1", contents)) != set()


@pytest.mark.embedded_only("about the search itself")
def test_a_word_that_is_there_would_be_found(tmp_path: Path) -> None:
    for encoding in ENCODINGS:
        (tmp_path / encoding).write_bytes(b"\x00" * 7 + f"a{MARK}b".encode(encoding) + b"\xff")
    (tmp_path / "json").write_text(json.dumps({"text": MARK}))
    assert len(places_of(MARK, contents_of(tmp_path))) == len(ENCODINGS) + 1


def test_a_file_without_a_header_is_not_quoted(tmp_path: Path, data: Path, mapping: Path) -> None:
    """Its first line is a resident's row, which an error about missing columns must not show."""
    file = tmp_path / "reports.csv"
    file.write_text(f"13912345678,{'我家的暖气不热' * 8}\n")
    done = yousu("import", file, "--channel", "c", "--mapping", mapping, "--data", data)
    assert (done.code, done.out) == (2, "")
    assert "cells that do not look like column names" in done.err
    assert "13912345678" not in done.err
    assert "暖气" not in done.err
