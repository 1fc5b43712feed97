"""Preparing cards for units that will be installed where there is no coverage: statements, folders to copy, and labels."""
