"""Which villages an essential notice or announcement has reached, from what units signed."""
