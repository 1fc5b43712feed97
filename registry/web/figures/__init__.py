"""The pages of numbers, and the same numbers as files."""
