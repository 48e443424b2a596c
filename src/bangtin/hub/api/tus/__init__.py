"""Resumable uploads: what comes through a line that drops is kept to the byte."""

from bangtin.hub.api.tus.asking import PREFIX
from bangtin.hub.api.tus.endpoint import application

__all__ = ["PREFIX", "application"]
