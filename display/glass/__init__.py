"""What the display hardware is really given, read back from its side and not from ours, and what that proves."""
