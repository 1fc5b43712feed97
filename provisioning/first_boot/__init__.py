"""From power to a unit that a technician confirmed: the next step, whatever was cut off or is missing."""
