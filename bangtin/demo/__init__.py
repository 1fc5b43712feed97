"""The demonstration: a registry and one unit on this machine, by the real commands and real processes."""
