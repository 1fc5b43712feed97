"""Program 2, the board: what the director decides becomes pages, pages become pictures, pictures are presented."""
