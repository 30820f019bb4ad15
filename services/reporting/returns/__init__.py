"""Returns (退单) as rows, and what they say together: who gives what to whom."""
