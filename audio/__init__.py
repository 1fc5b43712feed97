"""The voice and the amplifier: what is said, and the switch that lets it be heard."""
