"""What the hub and the screen agree on, in one pure package: no Django, no database, no socket.

Numbers such as `trust 3.4` in comments are the verification steps of `docs/bundle-format.md`.
"""
