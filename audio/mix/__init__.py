"""Mixing: lanes, limiter, levels and the sounds that are made here; pure arithmetic."""
