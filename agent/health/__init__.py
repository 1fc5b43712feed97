"""How the unit itself is, read from the kernel's files and from what the other programs tell; what nobody tells stays unknown."""
