"""A fleet of simulated units that really sign, send and wait as units do: for rehearsals and for measuring a registry."""
