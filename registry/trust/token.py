"""Keys on a PKCS#11 token: the private half never leaves it, and its PIN takes the passphrase's place."""

from collections.abc import Iterator

from securesystemslib.exceptions import UnsupportedLibraryError
from securesystemslib.signer import HSMSigner, Signature, Signer, SSlibKey

from bundle.errors import refuse
from registry.trust.passphrase import Ask

MISSING = "thiếu thư viện PKCS#11 (the PKCS#11 library is not installed)"
INSTALL = "pip install 'bangtin[hsm]'; PYKCS11LIB=/usr/lib/…/thư-viện.so"


def token_signer(uri: str, public: SSlibKey, name: str, ask: Ask) -> Signer:
    """The signer at *uri* (``hsm:2?label=…``), with its errors as sentences; the PIN is asked for at each signature."""

    def pin(_: str) -> str:
        return _first(ask, name)

    try:
        return _Token(Signer.from_priv_key_uri(uri, public, pin), name)
    except UnsupportedLibraryError:
        raise refuse(name, MISSING, INSTALL) from None
    except (ValueError, OSError) as problem:
        raise refuse(name, f"không dùng được địa chỉ khóa {uri!r} (cannot use this key address): {problem}", "hsm:2?label=…") from None


def import_token(number: int, label: str | None, name: str, ask: Ask) -> tuple[str, SSlibKey]:
    """Address and public half of the key with this *number* on the token with this *label*; ``Refused`` when there is none."""

    def pin(_: str) -> str:
        return _first(ask, name)

    try:
        return HSMSigner.import_(number, label, pin)
    except UnsupportedLibraryError:
        raise refuse(name, MISSING, INSTALL) from None
    except Exception as problem:
        # A PKCS#11 library may be anybody's and raises its own errors, whose common base is in the extra.
        raise _unusable(name, problem) from None


class _Token(Signer):
    """A signer whose failures a person can read: pulled out, locked, wrong PIN."""

    def __init__(self, signer: Signer, name: str) -> None:
        self._signer = signer
        self._name = name

    @property
    def public_key(self) -> SSlibKey:
        public = self._signer.public_key
        if not isinstance(public, SSlibKey):
            raise TypeError(f"{self._name}: a token without a usual public key")
        return public

    @classmethod
    def from_priv_key_uri(cls, priv_key_uri: str, public_key: object, secrets_handler: object = None) -> "_Token":
        raise NotImplementedError("use token_signer")

    def sign(self, payload: bytes) -> Signature:
        try:
            signature = self._signer.sign(payload)
            self.public_key.verify_signature(signature, payload)
        except Exception as problem:
            raise _unusable(self._name, problem) from None
        return signature


def _unusable(name: str, problem: Exception) -> Exception:
    said = str(problem) or type(problem).__name__
    return refuse(name, f"thẻ không ký được (the token did not sign): {said}", "cắm thẻ, kiểm tra mã PIN / plug it in, check the PIN")


def _first(ask: Ask, name: str) -> str:
    answers: Iterator[str] = iter(ask(name))
    answer = next(answers, None)
    if answer is None:
        raise refuse(name, "thẻ cần mã PIN (the token wants its PIN)", "--passphrase-file FILE")
    return answer
