"""The administrative areas of a registry, down to the villages in which units stand."""
