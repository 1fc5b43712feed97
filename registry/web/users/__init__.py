"""People who sign in by name and password: the guard before the registry's pages, and the pages about people themselves."""
