"""The amplifier program: the only owner of the GPIO lines, driven by leases of the sound process."""
