"""Returns (退单): what a rule may decide, and what a dispatcher is told about the rest."""
