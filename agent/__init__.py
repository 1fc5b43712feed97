"""The agent: pulls, verifies and shelves what the unit obeys, and reports what happened."""
