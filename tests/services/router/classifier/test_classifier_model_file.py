"""A model's bytes are taken whole, or refused with the reason."""

import hashlib
import json
import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.classifier import model_file
from services.router.classifier.model_file import (
    CHECKSUM_BYTES,
    MAGIC,
    ModelInvalid,
    pack,
    unpack,
    version_of,
)


def signed(body: bytes) -> bytes:
    return body + hashlib.sha256(body).digest()


def with_heading(content: bytes, **changed: object) -> bytes:
    start = len(MAGIC) + 4
    (size,) = struct.unpack_from(">I", content, len(MAGIC))
    heading = json.loads(content[start : start + size]) | changed
    head = json.dumps(heading).encode()
    rest = content[start + size : -CHECKSUM_BYTES]
    return signed(MAGIC + struct.pack(">I", len(head)) + head + rest)


def test_what_was_packed_is_what_is_unpacked(trained, content):
    found = unpack(content)
    assert pack(found) == content
    assert found.codes == trained.model.codes
    assert found.features == trained.model.features
    assert np.array_equal(found.weights, trained.model.weights)
    assert len(version_of(content)) == 12


@given(st.data())
def test_a_changed_byte_is_noticed(content, data):
    at = data.draw(st.integers(0, len(content) - 1))
    changed = bytearray(content)
    changed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ModelInvalid):
        unpack(bytes(changed))


@given(st.data())
def test_a_file_that_was_cut_off_is_noticed(content, data):
    with pytest.raises(ModelInvalid):
        unpack(content[: data.draw(st.integers(0, len(content) - 1))])


@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused_also_with_a_right_checksum(some):
    for foreign in (some, signed(some), signed(MAGIC + some)):
        with pytest.raises(ModelInvalid):
            unpack(foreign)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"format": 2}, "format is 2"),
        ({"reader": 99}, "reader is 99"),
        ({"codes": ["01"]}, "codes or features"),
        ({"codes": ["01", "01", "04"]}, "codes or features"),
        ({"features": [1, 1, 1]}, "as long"),
        ({"features": "many"}, "heading or arrays"),
        ({"sure_from": 7}, "threshold"),
        ({"sure_from": None}, "heading or arrays"),
        ({"lengths_min": [1, 1]}, "numbers"),
        ({"block_weights": [1e999, 1, 1]}, "numbers"),
        ({"figures": {"f": 1}}, "heading or arrays"),
        ({"names_bytes": -1}, "as long"),
    ],
)
def test_a_heading_that_no_model_has_is_refused_with_the_reason(content, changed, reason):
    with pytest.raises(ModelInvalid, match=reason):
        unpack(with_heading(content, **changed))


def test_weights_that_are_no_numbers_are_refused(trained):
    weights = trained.model.weights.copy()
    weights[0, 0] = np.nan
    with pytest.raises(ModelInvalid, match="numbers"):
        unpack(pack(replace(trained.model, weights=weights)))


def test_what_is_too_large_is_neither_written_nor_read(trained, content, monkeypatch):
    monkeypatch.setattr(model_file, "BYTES_MAX", len(content) - 1)
    with pytest.raises(ModelInvalid, match="may have"):
        unpack(content)
    with pytest.raises(ModelInvalid, match="may have"):
        pack(trained.model)
