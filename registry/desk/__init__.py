"""The officer's desk: what officers write, record and plan on their phones, until two of them have let it out."""
