"""XML from outside as a tree, within bounds: no document type, no entity, no network, neither large nor deep."""

from lxml import etree

from bangtin.hub.alerts.cap.errors import CapRefusal

MOST_BYTES = 512 * 1024
DEEPEST = 24
MOST_ELEMENTS = 20_000


def tree(body: bytes, *, most_bytes: int = MOST_BYTES, most_elements: int = MOST_ELEMENTS) -> etree._Element:
    """The root element; comments and processing instructions are gone, so that no text is cut by them.

    Raises: CapRefusal `too_large`, `document_type`, `not_xml`, `too_deep`.
    """
    if len(body) > most_bytes:
        raise CapRefusal("too_large", str(len(body)))
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=False,
    )
    try:
        root = etree.fromstring(body.lstrip(b" \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        if _declares(body):
            raise CapRefusal("document_type") from error
        raise CapRefusal("not_xml", getattr(error, "msg", "") or str(error)) from error
    # libxml2 keeps entities unresolved and stops where they multiply; a message needs neither them nor a document type
    if root.getroottree().docinfo.internalDTD is not None:
        raise CapRefusal("document_type")
    _bound(root, most_elements)
    return root


def _declares(body: bytes) -> bool:
    """Whether a broken text has a document type: a sharper word than "no XML", in whatever encoding of ASCII."""
    plain = body.replace(b"\0", b"")
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain


def _bound(root: etree._Element, most_elements: int) -> None:
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth, count = depth + 1, count + 1
        if depth > DEEPEST or count > most_elements:
            raise CapRefusal("too_deep", str(DEEPEST))
        if not isinstance(element.tag, str):
            raise CapRefusal("document_type")
