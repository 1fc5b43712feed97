"""The ladder for a modem that hangs: reset it, take its power for a moment, and only then reboot the unit."""
