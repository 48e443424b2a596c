"""The one refusal of this package: a stable code, the step that found it, and what it is about."""


class BundleRefusal(Exception):
    """Something offered by someone else does not verify; nothing of it may be used.

    `code` is the stable name of the table in `docs/bundle-format.md`, `step` the number of the
    verification step there, `subject` the file, item or record it is about, `detail` a sentence.
    """

    def __init__(self, code: str, *, step: str, subject: str, detail: str) -> None:
        super().__init__(f"{code} (step {step}) in {subject}: {detail}")
        self.code = code
        self.step = step
        self.subject = subject
        self.detail = detail
