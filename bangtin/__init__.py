"""The front door: the bangtin command and the demonstration."""
