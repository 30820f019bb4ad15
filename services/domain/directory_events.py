"""派单目录: facts of its stream."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.domain.city_event_base import CONTENT_CHARACTERS_MAX, CityEvent
from services.domain.event_base import Code


class DirectoryPublished(CityEvent):
    """派单目录 as a whole, and from which local day on it is used.

    content: the files, as `zlib+base64` of JSON {file name: text}. version: by their content.
    """

    type: Literal["directory.published.v1"] = "directory.published.v1"
    version: Code
    label: Code
    valid_from: date
    why: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    content: Annotated[str, StringConstraints(min_length=1, max_length=CONTENT_CHARACTERS_MAX)]
    faults_accepted: Annotated[int, Field(ge=0)] = 0  # lint errors that --force went over
