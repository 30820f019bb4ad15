"""Real servers for tests, benchmarks and scripts."""
