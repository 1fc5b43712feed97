"""An officer's live voice: taken in from one speaker, handed to many units, kept as it was said."""
