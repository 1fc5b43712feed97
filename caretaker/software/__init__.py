"""Releases on the unit: chosen, installed beside the version that runs, tried, and kept or left again."""
