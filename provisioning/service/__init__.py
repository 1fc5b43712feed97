"""What a technician does for a unit that is in service: replace it, note a visit, and ask the help desk."""
