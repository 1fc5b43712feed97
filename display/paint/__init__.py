"""Pages become pixels."""
