"""The public half of a key that a person keeps: the file they hand in at a ceremony (trust B)."""

from dataclasses import dataclass

from bangtin.bundle import canonical
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.fields import Fields, WrongShape
from bangtin.bundle.signers import Key, public_key

KEY_TYPE = "bangtin.key.v1"


@dataclass(frozen=True)
class Holder:
    """The public half of a key and who keeps the private one; `token` is the URI of a key in a PKCS#11 token."""

    role: str
    name: str
    key: Key
    token: str = ""

    def encode(self) -> bytes:
        """The canonical bytes of the public file of this key."""
        known = {"type": KEY_TYPE, "role": self.role, "holder": self.name, "keyid": self.key.keyid}
        return canonical.encode({**known, "key": self.key.to_dict(), "token": self.token})

    @classmethod
    def parse(cls, data: bytes) -> "Holder":
        """The public file of a key. Raises: BundleRefusal key_malformed."""
        try:
            fields = Fields(canonical.decode(data), where="key")
            fields.choice("type", (KEY_TYPE,))
            role, name, keyid = fields.text("role"), fields.text("holder"), fields.text("keyid")
            key = fields.any("key")
            if not isinstance(key, dict):
                raise WrongShape("key.key: expected an object")
            found = cls(role, name, public_key(key, keyid), fields.text("token"))
            fields.done()
        except (canonical.NotCanonical, WrongShape, ValueError, KeyError, TypeError) as error:
            raise BundleRefusal("key_malformed", step="B.5", subject="key", detail=str(error)) from error
        return found
