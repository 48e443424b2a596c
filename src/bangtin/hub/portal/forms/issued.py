"""The form that takes the document of a regulation."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DocumentForm(forms.Form):
    """A file: the text as issued."""

    file = forms.FileField(
        label=_("Document of the regulation"),
        help_text=_("Word (.docx), PDF with text, or plain text in UTF-8; at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.pdf,.txt"}),
    )
