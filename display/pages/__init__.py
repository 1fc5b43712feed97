"""What stands where: from the director's decision to pages as data. Pure."""
