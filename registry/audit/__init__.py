"""What was decided by whom: rows that are only added, each chained to the one before it."""
