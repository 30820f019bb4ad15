"""One model of made-up messages, learnt once."""

import pytest
from made_messages import messages

from services.router.classifier.linear import LinearClassifier
from services.router.classifier.model_file import pack
from services.router.classifier.training import Trained, train


@pytest.fixture(scope="session")
def trained() -> Trained:
    return train(messages(), "made-up+1", frozenset({"操场"}))


@pytest.fixture(scope="session")
def content(trained: Trained) -> bytes:
    return pack(trained.model)


@pytest.fixture(scope="session")
def model(content: bytes) -> LinearClassifier:
    return LinearClassifier(content)
