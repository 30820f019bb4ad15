"""A model as bytes: a heading, arrays, and a checksum over both. No pickle, nothing to run."""

import hashlib
import json
import math
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from services.router.classifier.reading import READER

MAGIC = b"yousu-classifier\n"
FORMAT = 1
BYTES_MAX = 64_000_000
HEADING_BYTES_MAX = 1_000_000
CODES_MAX = 1_000
BLOCKS = ("runs", "words", "head")
CHECKSUM_BYTES = 32
VERSION_DIGITS = 12

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.uint8]


class ModelInvalid(ValueError):
    """These bytes are no model that can be used here; the text says why."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Measured on texts the model had not seen, none of them nearly the same as one it had.

    coverage: share of texts at least as probable as `sure_from`; precision: of those.
    """

    macro_f1: float
    coverage: float
    precision: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Model:
    """features: per block; their rows are those of `weights` (features × codes), block by block.

    scarcity: per feature, what makes a rare one count more. lengths_min: per block, the length a
    text has at least: one that says less than nearly all does not get all the weight.
    tellable: 1 for words that an explanation may name. scores @ mixing + offsets
    -> softmax.
    """

    codes: tuple[str, ...]
    directory_version: str
    texts: int
    sure_from: float
    figures: Figures
    block_weights: tuple[float, ...]
    lengths_min: tuple[float, ...]
    features: Mapping[str, tuple[str, ...]]
    weights: Floats
    bias: Floats
    mixing: Floats
    offsets: Floats
    scarcity: Floats
    tellable: Flags


def pack(model: Model) -> bytes:
    """The same model gives the same bytes. Raises ModelInvalid if it is too large."""
    names = "\n".join(name for block in BLOCKS for name in model.features[block]).encode()
    heading = {
        "format": FORMAT,
        "reader": READER,
        "codes": model.codes,
        "directory_version": model.directory_version,
        "texts": model.texts,
        "sure_from": model.sure_from,
        "figures": asdict(model.figures),
        "block_weights": model.block_weights,
        "lengths_min": model.lengths_min,
        "features": [len(model.features[block]) for block in BLOCKS],
        "names_bytes": len(names),
    }
    head = json.dumps(heading, ensure_ascii=False, sort_keys=True).encode()
    body = b"".join(
        (
            MAGIC,
            struct.pack(">I", len(head)),
            head,
            names,
            *(array.astype("<f4").tobytes() for array in _arrays(model)),
            model.tellable.astype("u1").tobytes(),
        )
    )
    if len(body) + CHECKSUM_BYTES > BYTES_MAX:
        raise ModelInvalid(f"it has {len(body):,} bytes; a model may have {BYTES_MAX:,}")
    return body + hashlib.sha256(body).digest()


def version_of(content: bytes) -> str:
    """12 hex digits of the SHA-256 of all but the checksum at the end."""
    return hashlib.sha256(content[:-CHECKSUM_BYTES]).hexdigest()[:VERSION_DIGITS]


def unpack(content: bytes) -> Model:
    """Raises ModelInvalid, whatever the bytes are."""
    body = _checked(content)
    start = len(MAGIC) + 4
    (head_bytes,) = struct.unpack_from(">I", body, len(MAGIC))
    if head_bytes > min(HEADING_BYTES_MAX, len(body) - start):
        raise ModelInvalid("its heading is longer than a heading may be")
    try:
        heading = json.loads(body[start : start + head_bytes])
        return _model(heading, body, start + head_bytes)
    except ModelInvalid:
        raise
    except (KeyError, TypeError, ValueError, RecursionError, OverflowError) as error:
        raise ModelInvalid(f"its heading or arrays are not a model's: {error}") from None


def _checked(content: bytes) -> bytes:
    if not content.startswith(MAGIC):
        raise ModelInvalid("it is not a model of this program")
    if len(content) > BYTES_MAX:
        raise ModelInvalid(f"it has {len(content):,} bytes; a model may have {BYTES_MAX:,}")
    body = content[:-CHECKSUM_BYTES]
    if hashlib.sha256(body).digest() != content[-CHECKSUM_BYTES:] or len(body) < len(MAGIC) + 4:
        raise ModelInvalid("it is damaged or cut off: its checksum does not fit")
    return body


def _model(heading: Mapping[str, Any], body: bytes, at: int) -> Model:
    for name, known in (("format", FORMAT), ("reader", READER)):
        if heading[name] != known:
            raise ModelInvalid(f"its {name} is {heading[name]}; this program knows {known}")
    codes = tuple(map(str, heading["codes"]))
    counts = [int(count) for count in heading["features"]]
    rows, columns = sum(counts), len(codes)
    if not 2 <= columns <= CODES_MAX or len(set(codes)) != columns or min(counts) < 0:
        raise ModelInvalid("its codes or features are not as many as they can be")
    names_bytes = int(heading["names_bytes"])
    if len(body) != at + names_bytes + 4 * (rows * (columns + 1) + columns * (columns + 2)) + rows:
        raise ModelInvalid("it is not as long as its heading says")
    names = body[at : at + names_bytes].decode().split("\n") if names_bytes else []
    if len(names) != rows:
        raise ModelInvalid("it has not as many features as its heading says")
    at += names_bytes
    shapes = ((rows, columns), (columns,), (columns, columns), (columns,), (rows,))
    arrays: list[Floats] = []
    for shape in shapes:
        arrays.append(np.frombuffer(body, "<f4", math.prod(shape), at).reshape(shape))
        at += arrays[-1].nbytes
    weights, bias, mixing, offsets, scarcity = arrays
    ends = np.cumsum([0, *counts]).tolist()
    model = Model(
        codes=codes,
        directory_version=str(heading["directory_version"]),
        texts=int(heading["texts"]),
        sure_from=float(heading["sure_from"]),
        figures=Figures(**{name: float(value) for name, value in heading["figures"].items()}),
        block_weights=tuple(map(float, heading["block_weights"])),
        lengths_min=tuple(map(float, heading["lengths_min"])),
        features={
            block: tuple(names[ends[number] : ends[number + 1]])
            for number, block in enumerate(BLOCKS)
        },
        weights=weights,
        bias=bias,
        mixing=mixing,
        offsets=offsets,
        scarcity=scarcity,
        tellable=np.frombuffer(body, "u1", rows, at),
    )
    _check_values(model)
    return model


def _arrays(model: Model) -> tuple[Floats, ...]:
    return model.weights, model.bias, model.mixing, model.offsets, model.scarcity


def _check_values(model: Model) -> None:
    blocks = len(model.block_weights) == len(model.lengths_min) == len(BLOCKS)
    finite = all(map(math.isfinite, (*model.block_weights, *model.lengths_min)))
    arrays = all(bool(np.isfinite(array).all()) for array in _arrays(model))
    if not (blocks and finite and arrays and min(model.lengths_min) > 0):
        raise ModelInvalid("its numbers are not a model's")
    if not 0 <= model.sure_from <= 1:
        raise ModelInvalid("its threshold is no probability")
