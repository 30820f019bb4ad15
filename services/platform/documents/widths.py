"""How wide texts are, before anything draws them."""


def half_widths(text: str) -> int:
    """In half letters: Chinese letters and full-width punctuation take two."""
    return sum(2 if ord(one) >= 0x2E80 else 1 for one in text)


def shortened(text: str, width_max: int) -> str:
    """text, or what of it fits before an ellipsis."""
    if half_widths(text) <= width_max:
        return text
    kept = text
    while half_widths(kept) > width_max - 1:
        kept = kept[:-1]
    return f"{kept}…"
