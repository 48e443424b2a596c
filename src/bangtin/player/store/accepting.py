"""What the player has accepted and may show now: stop 8 of the tour.

A set of bytes from the hub becomes the plan through `bundle.verify.accept` and nothing else; what lies on the disk goes
through it again at every boot (trust 5.1-5.3).
"""
