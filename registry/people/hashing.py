"""How secrets that chance made are kept; those that people choose are another matter (``passwords``)."""

import hashlib


def hashed(secret: str) -> str:
    """How a secret of chance is kept: guessing it is hopeless, so that no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
