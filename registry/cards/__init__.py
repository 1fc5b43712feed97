"""Prepared cards on the registry: what it signed, who came with one, and which it must doubt."""
