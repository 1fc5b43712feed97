"""What one person ordered and the agent itself does: a picture, an excerpt of a log, a report, a reboot; each once, and answered."""
