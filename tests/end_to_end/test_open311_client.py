"""An Open311 client that is not ours, against the real service: it reads what was posted."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import httpx
import pytest
from end_to_end_server import Server, serving
from georeport import GeoReport

from tests.services.door_server import ITEM, opened_door


class Service(Protocol):
    @property
    def url(self) -> str: ...

    @property
    def client(self) -> httpx.Client: ...


@pytest.fixture
def service(form: str, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Server and processors: in this process, or on a cluster."""
    if form == "cluster":
        with serving(data) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
            yield Served(server, client)
        return
    with opened_door(tmp_path_factory.mktemp("open311")) as door:
        processing = threading.Thread(target=door.system.transport.run)
        processing.start()
        yield door
        door.system.transport.stop()
        processing.join()


class Served:
    def __init__(self, server: Server, client: httpx.Client) -> None:
        self.url, self.client = server.url, client


@pytest.mark.parametrize("output_format", ["json", "xml"])
def test_georeport_lists_services_and_reads_a_posted_request(
    service: Service, monkeypatch: pytest.MonkeyPatch, output_format: str
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
