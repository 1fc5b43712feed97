"""``python -m deploy.deb`` builds the Debian packages of a unit, for any of its targets on this one machine."""
