"""`{% load issued %}`: the words of the text as issued at a clause."""

from django import template

from bangtin.hub.portal.issued_board import Page, Words

register = template.Library()


@register.filter
def words_at(page: Page | str, clause_id: str) -> Words | None:
    """What the text says at a clause of the article shown; None where no text is loaded or another list is shown."""
    return page.by_clause.get(clause_id) if isinstance(page, Page) else None
