"""The units: how they are let in, what they report, the state that follows from it, and whose they are."""
