"""The same outbox on PostgreSQL: queued, sent once by two postmen, listed, made anew."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from services.console.main import main
from services.console.notices import desk_of
from services.notices.cases import read_notices
from services.notices.rows import keep
from tests.services.notices.notice_city import PHONE, Box, NoticeCity

pytestmark = pytest.mark.postgres


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> tuple[Path, str]:
    done = CliRunner().invoke(
        main, ["db", "init", "--data", str(tmp_path), "--database-url", database_url]
    )
    assert done.exit_code == 0, done.output
    return tmp_path, database_url


def test_the_outbox_on_a_server(place: tuple[Path, str]) -> None:
    folder, url = place
    city = NoticeCity(folder, database_url=url, keys_url=url)
    ticket = city.ticket()
    queued = read_notices(city.system.log, [row.notice_id for row in city.rows()])
    city.ticket("b", contact="nobody")
    other = city.again()
    boxes = Box(), Box()
    postmen = [city.postman({"file": boxes[0]}), other.postman({"file": boxes[1]})]
    while any(postman.deliver().looked for postman in postmen):
        pass
    taken = [message.notice_id for box in boxes for message in box.taken]
    assert len(taken) == len(set(taken)) == 8
    assert city.stands()["received", "resident"][0] in ("sent", "suppressed")
    stood = city.rows()
    city.system.log.apply(keep(queued.values()))  # by a postman who has read before
    assert city.rows() == stood

    resident = city.system.keyring.resident_of(PHONE)
    assert resident is not None
    desk_of(city.system).opt_out(resident, ("rate",), "operator:li", "1")
    city.resolve(ticket)
    city.deliver()
    assert city.stands(ticket_id=ticket)["rate", "resident"] == ("suppressed", "opted_out")
    before = city.rows()
    other.close()
    done = CliRunner().invoke(
        main, ["rebuild", "notices", "--data", str(folder), "--database-url", url]
    )
    assert done.exit_code == 0, done.output
    assert city.rows() == before
    city.close()
