"""The steps of commissioning, one small file for each kind."""
