"""What all programs of one unit share: paths, settings, clock, shelf, journals and status. Thin I/O."""
