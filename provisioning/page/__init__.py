"""The unit's own small site for a technician's phone: closed by default, open for half an hour, to whoever reads the PIN on the board."""
