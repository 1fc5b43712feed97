"""The sound device: a process of its own, the ring to it, and the proof of what left it."""
