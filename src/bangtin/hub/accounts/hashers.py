"""How the demo hashes its passwords; a real installation never uses this (settings, PASSWORD_HASHERS)."""

from django.contrib.auth.hashers import ScryptPasswordHasher


class DemoScrypt(ScryptPasswordHasher):
    """Scrypt at a fraction of its cost, for the demo's own accounts: their passwords are random, 96 bits, and printed.

    The form is scrypt's own, so an installation with full strength reads it and hashes anew at the next sign-in.
    """

    work_factor = 2**9
