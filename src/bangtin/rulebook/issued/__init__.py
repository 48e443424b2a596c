"""The text of a regulation as issued, split into its articles, clauses and points."""

from bangtin.rulebook.issued.linking import Links, link
from bangtin.rulebook.issued.shapes import Issued, Kind, Known, LeftOut, Passage, Unplaced, Why, known
from bangtin.rulebook.issued.splitting import split

__all__ = ["Issued", "Kind", "Known", "LeftOut", "Links", "Passage", "Unplaced", "Why", "known", "link", "split"]
