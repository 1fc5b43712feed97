"""The officers' pages for what a commune publishes: written, submitted, approved and stopped on phones."""
