"""Commissioning: from what a unit should be and what is observed of it to what is left to do, step by step, through power cuts."""
