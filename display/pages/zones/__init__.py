"""What can stand in the zones of a layout: each knows how much room it needs, what it looks like, and its words if it cannot stand."""
