"""The registry: the central side that publishes, enrols units, files reports and shows them."""
