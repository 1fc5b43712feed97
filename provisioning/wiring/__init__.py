"""``bangtin provision wiring``: the pins of a unit, what else wants them, and how they stand while the Pi boots."""
