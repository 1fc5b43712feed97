"""Alerts that wait: for the second person, or for the end of the time in which one person may stop them."""
