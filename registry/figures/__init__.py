"""Numbers about a time and an area: uptime, faults, minutes on the air, data, coverage; every total is the sum of its rows."""
