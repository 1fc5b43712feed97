"""Alerts at the centre: how they come in, who lets them go, and what became of them."""
