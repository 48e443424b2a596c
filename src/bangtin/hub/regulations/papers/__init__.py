"""Documents that a province supplies, read into lines: plain text, Word, PDF; bounded, whatever is in them."""

from bangtin.hub.regulations.papers.reading import Paper, PaperRefused, read

__all__ = ["Paper", "PaperRefused", "read"]
