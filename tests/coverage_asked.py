"""Coverage is traced only in the tests that are there for domain and platform.

Tracing takes two thirds more time. And what a city that is lived whole touches by the way is not
tested by that: it does not count.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROOMS = ("domain", "platform", "contract", "services/intake/http", "services/intake/bus")
TRACED = {TESTS / room for room in ROOMS}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Also without what a test sets up: there the cities are lived."""
    plugin = item.config.pluginmanager.get_plugin("_cov")
    tracing = getattr(plugin, "cov_controller", None)  # None without --cov
    if tracing is None or TRACED.intersection(item.path.parents):
        return (yield)
    tracing.pause()
    try:
        return (yield)
    finally:
        tracing.resume()
