"""How the board looks: colours, sizes, faces."""
