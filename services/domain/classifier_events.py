"""事项识别模型: facts of its stream."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.domain.city_event_base import CityEvent
from services.domain.event_base import Code

Why = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Share = Annotated[float, Field(ge=0, le=1)]


class ClassifierPublished(CityEvent):
    """From now on this model says what a text is about.

    version: 12 hex digits of the SHA-256 of its bytes, which are kept beside the log and not in
    it. codes: items it answers with. sure_from: the probability from which on nobody looks.
    texts: how many it learnt from. The figures were measured on texts held out.
    """

    type: Literal["classifier.published.v1"] = "classifier.published.v1"
    version: Code
    directory_version: Code
    codes: tuple[Code, ...]
    sure_from: Share
    texts: Annotated[int, Field(ge=0)]
    macro_f1: Share
    coverage: Share
    calibration_error: Share
    why: Why


class ClassifierWithdrawn(CityEvent):
    """From now on no model is used."""

    type: Literal["classifier.withdrawn.v1"] = "classifier.withdrawn.v1"
    why: Why
