"""JSON bodies: read once, checked once, and refused without being quoted."""

from collections.abc import Mapping
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError

from services.platform.http.problems import Problem, faults_of, invalid_body


class Body(BaseModel):
    """A body says exactly what we know, in the types we know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


Model = TypeVar("Model", bound=BaseModel)


async def json_bytes(request: Request) -> bytes:
    """A browser's form cannot send this media type unasked, so a foreign page cannot post here."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(415, "wrong_media_type", "Send the body as application/json.")
    return await request.body()


def parse_body(model: type[Model], body: bytes, context: Any = None) -> Model:
    """Raises Problem 422, naming fields and reasons. Nesting is bounded by the parser."""
    try:
        return model.model_validate_json(body or b"{}", context=context)
    except ValidationError as error:
        raise invalid_body(faults_of(error)) from None


def described_body(model: type[Body]) -> Mapping[str, Any]:
    """For OpenAPI: what `parse_body` expects."""
    schema = model.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
