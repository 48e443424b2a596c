"""Why a text is not taken as a CAP message."""

from bangtin.hub.alerts.cap.cleaning import one_line


class CapRefusal(Exception):
    """The bytes are refused; nothing of them is used.

    Shape: `code` is stable and listed in `reasons.REASONS`; `subject` names the element or value, already cleaned.
    """

    def __init__(self, code: str, subject: str = "") -> None:
        """Keep both and say them in one line."""
        self.code = code
        self.subject = one_line(subject)[:120]
        super().__init__(f"{code}: {self.subject}" if self.subject else code)
