"""References of documents that an appeal rests on, as every door takes them."""

from typing import Annotated

from pydantic import AfterValidator, Field

from services.domain.events_evaluation import Evidence
from services.domain.topic_values import of_nobody

Reference = Annotated[Evidence, AfterValidator(of_nobody)]  # it stands in the clear for ever
References = Annotated[list[Reference], Field(min_length=1, max_length=20)]
