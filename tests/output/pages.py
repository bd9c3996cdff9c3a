"""A page as its elements and texts, for tests that need no browser."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"br", "input", "link", "meta", "wbr"}


@dataclass
class Element:
    """One element.

    Args:
        tag: its name.
        attributes: its attributes; one without a value is an empty text.
        children: elements and texts in it.
    """

    tag: str
    attributes: dict[str, str]
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, with single spaces."""
        return " ".join("".join(_texts(self)).split())

    def all(self, tag: str, **attributes: str) -> "list[Element]":
        """The elements below it with a name and, if given, attributes; `class_` is one of its classes."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                if child.tag == tag and all(_has(child, name, value) for name, value in attributes.items()):
                    found.append(child)
                found += child.all(tag, **attributes)
        return found

    def one(self, tag: str, **attributes: str) -> "Element":
        """The only such element."""
        (found,) = self.all(tag, **attributes)
        return found


def _has(element: Element, name: str, value: str) -> bool:
    if name == "class_":
        return value in element.attributes.get("class", "").split()
    return element.attributes.get(name.replace("_", "-")) == value


def _texts(element: Element) -> list[str]:
    return [
        text
        for child in element.children
        for text in ([child] if isinstance(child, str) else [" ", *_texts(child), " "])
    ]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        assert len(element.attributes) == len(attrs), f"an attribute of {tag} stands twice"
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"{tag} is closed within {self._open[-1].tag}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def close(self) -> None:
        super().close()
        assert self._open == [self.root], f"{self._open[-1].tag} is not closed"


def parsed(html: str) -> Element:
    """The elements of a page, all of which must be closed in their order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root
