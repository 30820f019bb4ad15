"""What returns (退单) and dispatchers say about the directory. It suggests, and never changes."""
