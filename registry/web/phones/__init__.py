"""People whose phones are bound: technicians and officers get in by the same link, the same cookie and the same forms."""
