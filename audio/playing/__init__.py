"""Playing: the table of what the loudspeaker does next, and how it is done on the stage."""
