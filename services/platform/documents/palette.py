"""Colours of charts, for every format."""

INK = "#1d2733"
SOFT = "#55606c"
GRID = "#dfe4ea"
# Told apart by lightness as well as by hue, also by the colour-blind; neighbours differ most.
COLOURS = ("#1f4e79", "#dd8a35", "#8fc1e3", "#a4161a", "#8b929a", "#2c7a5b", "#e8c987", "#6b4c8a")
