"""Free text as people send it: any language, no control characters but tabs and line ends."""

import re
from typing import Final

# C0 but tab and line ends, DEL and C1, lone surrogates, and the two code points that are none.
CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def has_controls(text: str) -> bool:
    return CONTROLS.search(text) is not None
