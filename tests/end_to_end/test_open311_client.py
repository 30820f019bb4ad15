"""An Open311 client that is not ours, against the real service: it reads what was posted."""

import threading
from collections.abc import Iterator

import pytest
from georeport import GeoReport

from tests.services.door_server import ITEM, Door, opened_door


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Server and processors, as in one process of the embedded form."""
    with opened_door(tmp_path_factory.mktemp("open311")) as door:
        processing = threading.Thread(target=door.system.transport.run)
        processing.start()
        yield door
        door.system.transport.stop()
        processing.join()


@pytest.mark.parametrize("output_format", ["json", "xml"])
def test_georeport_lists_services_and_reads_a_posted_request(
    service: Door, monkeypatch: pytest.MonkeyPatch, output_format: str
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    client = GeoReport(f"{service.url}/open311/v2", output_format=output_format)
    services = {one["service_code"]: one for one in client.get_service_list()}
    assert services[ITEM]["service_name"] == "室温不达标"
    definition = client.get_service_definition(ITEM)
    assert definition["service_code"] == ITEM
    posted = service.client.post(
        f"/open311/v2/requests.{output_format}",
        data={"service_code": ITEM, "address_string": "海晏路1号", "description": "暖气 <不> 热"},
    )
    assert posted.status_code == 201
    listed = client.get_service_requests(status="open")
    one = listed[0] if isinstance(listed, list) else listed  # xmltodict unwraps a list of one
    read = client.get_service_request(one["service_request_id"])
    assert read["description"] == "暖气 <不> 热"
    assert read["status"] == "open"
    assert read["service_code"] == ITEM
