"""Whether a board can show what was written: every character has a glyph, every cluster can be joined, and no old encoding hides in it."""
