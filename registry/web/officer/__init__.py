"""The officers' pages: alerts raised, approved and stopped on a phone, with signatures that only that phone can make."""
