"""The boot partition at each start: what it says is taken over, its secrets are taken off it, and a prepared card enrols the unit."""
