"""Benchmarks: each row is a ratio against a peer or the physical floor, measured in one run."""
