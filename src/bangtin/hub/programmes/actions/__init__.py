"""What is done to programmes: submit a version, check it, take up checks that were cut short."""

from bangtin.hub.programmes.actions.check import check, check_version, resume_checks
from bangtin.hub.programmes.actions.refusals import (
    BadSubmission,
    DiskFull,
    NoNewVersion,
    NoSuchFile,
    NoSuchUpload,
    TooManyUploads,
    UploadGone,
    UploadTooLarge,
    UploadUnfinished,
)
from bangtin.hub.programmes.actions.submit import Submission, submit

__all__ = [
    "BadSubmission",
    "DiskFull",
    "NoNewVersion",
    "NoSuchFile",
    "NoSuchUpload",
    "Submission",
    "TooManyUploads",
    "UploadGone",
    "UploadTooLarge",
    "UploadUnfinished",
    "check",
    "check_version",
    "resume_checks",
    "submit",
]
