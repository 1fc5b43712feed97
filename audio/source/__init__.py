"""Sources: what an utterance sounds from, and the decoders as children of the voice."""
