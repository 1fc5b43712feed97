"""Pictures and films from the shelf, made fit for the board."""
