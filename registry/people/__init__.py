"""People who sign in by name: what they may do and where, how they prove who they are, and for how long that holds."""
