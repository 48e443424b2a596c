"""What the technical check tells the desks that come after it, inside its own transaction."""

from django.dispatch import Signal

# version: ProgrammeVersion, at: datetime. The version is RECEIVED and bears its content digest.
received = Signal()
# version: ProgrammeVersion, at: datetime. The version is UNUSABLE.
found_unusable = Signal()
