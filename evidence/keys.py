"""The registry's own two keys, as units know them."""

from bundle.base import Model


class RegistryKeys(Model):
    """The registry's public keys (JWK): whoever seals for it uses *sealing*; what it says on a stick is signed with *signing*."""

    sealing: dict[str, str]
    signing: dict[str, str]
