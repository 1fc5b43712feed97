"""Alerts over HTTP: where they come in, and where officers let them go."""
