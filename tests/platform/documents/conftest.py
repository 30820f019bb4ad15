"""The specimen, rendered once in every language and format."""

from functools import cache

import pytest

from services.platform.documents.model import Language
from services.platform.documents.rendering import Format, render
from tests.platform.documents.specimen import specimen


@cache
def rendered(language: Language, format: Format) -> bytes:
    return render(specimen(language), format)


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen
