"""The loudspeaker: the voice, the sound device and the amplifier, each a process of its own."""
