"""What is done to programmes: submit a version, check it, take up checks that were cut short."""

from bangtin.hub.programmes.actions.answering import Answer, answer
from bangtin.hub.programmes.actions.check import check, check_version, resume_checks
from bangtin.hub.programmes.actions.paper import Facts
from bangtin.hub.programmes.actions.refusals import (
    BadSubmission,
    DiskFull,
    NoNewVersion,
    NoSuchFile,
    NoSuchUpload,
    StateSecret,
    TooManyUploads,
    UploadGone,
    UploadTooLarge,
    UploadUnfinished,
)
from bangtin.hub.programmes.actions.secret import handle as handle_secret
from bangtin.hub.programmes.actions.secret import purge as purge_secret
from bangtin.hub.programmes.actions.submit import Submission, submit

__all__ = [
    "Answer",
    "BadSubmission",
    "DiskFull",
    "Facts",
    "NoNewVersion",
    "NoSuchFile",
    "NoSuchUpload",
    "StateSecret",
    "Submission",
    "TooManyUploads",
    "UploadGone",
    "UploadTooLarge",
    "UploadUnfinished",
    "answer",
    "check",
    "check_version",
    "handle_secret",
    "purge_secret",
    "resume_checks",
    "submit",
]
