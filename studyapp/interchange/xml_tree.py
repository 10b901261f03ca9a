"""XML of anybody's as a small tree that knows its lines: without entities, and up to a break."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.saxutils import escape as escaped
from xml.sax.saxutils import quoteattr
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml import DefusedXmlException
from defusedxml.sax import parseString

from studyapp.interchange.values import InterchangeError

MAX_BYTES = 64 * 1024**2
MAX_NODES = 500_000
MAX_DEPTH = 100


@dataclass(slots=True)
class Node:
    """An element that begins on ``line``: what stands in it, in its order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    line: int = 0
    content: list[str | Node] = field(default_factory=list)

    @property
    def children(self) -> Iterator[Node]:
        """The elements in it."""
        return (child for child in self.content if isinstance(child, Node))

    def all(self, tag: str) -> list[Node]:
        """The elements of that name in it."""
        return [child for child in self.children if child.tag == tag]

    def first(self, tag: str) -> Node | None:
        """The first of them."""
        return next((child for child in self.children if child.tag == tag), None)

    def below(self, tag: str) -> Iterator[Node]:
        """The elements of that name at any depth."""
        for child in self.children:
            if child.tag == tag:
                yield child
            yield from child.below(tag)

    @property
    def text(self) -> str:
        """The text that stands in it directly."""
        return "".join(part for part in self.content if isinstance(part, str))

    def said(self, *path: str) -> str:
        """The text of the first element at ``path``, trimmed; "" where there is none."""
        node: Node | None = self
        for tag in path:
            node = node.first(tag) if node else None
        return node.text.strip() if node else ""

    @property
    def markup(self) -> str:
        """What stands in it, written out."""
        return "".join(
            escaped(part) if isinstance(part, str) else part.written for part in self.content
        )

    @property
    def written(self) -> str:
        """The element, written out."""
        attributes = "".join(
            f" {name}={quoteattr(value)}" for name, value in self.attributes.items()
        )
        inner = self.markup
        return f"<{self.tag}{attributes}>{inner}</{self.tag}>" if inner else self._empty(attributes)

    def _empty(self, attributes: str) -> str:
        return f"<{self.tag}{attributes}/>"


@dataclass(frozen=True, slots=True)
class Tree:
    """The outermost element, and where and why reading stopped before its end (0: it did not)."""

    root: Node
    broken_line: int = 0
    problem: str = ""


class _LimitError(Exception):
    """More elements than are read."""


class _Builder(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Node | None = None
        self._open: list[Node] = []
        self._locator: Locator | None = None
        self._count = 0

    # The names are the SAX interface's.

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802
        self._locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        self._count += 1
        if self._count > MAX_NODES or len(self._open) >= MAX_DEPTH:
            raise _LimitError
        line = (self._locator.getLineNumber() if self._locator else 0) or 0
        node = Node(name.rpartition(":")[2], dict(attrs.items()), line)
        if self._open:
            self._open[-1].content.append(node)
        else:
            self.root = node
        self._open.append(node)

    def endElement(self, name: str) -> None:  # noqa: N802
        self._open.pop()

    def characters(self, content: str) -> None:
        self._open[-1].content.append(content)

    @property
    def unfinished(self) -> set[int]:
        """The elements that were not closed, by their identity."""
        return {id(node) for node in self._open}


def read_xml(data: bytes, name: str) -> Tree:
    """The tree of ``data``. Where that breaks off, what was whole till then: elements that were not
    closed are left out, but for the outermost. Raises InterchangeError."""
    if len(data) > MAX_BYTES:
        raise InterchangeError(f"“{name}” is larger than {MAX_BYTES // 1024**2} MB. Split it.")
    builder = _Builder()
    line, problem = 0, ""
    try:
        parseString(data, builder)
    except DefusedXmlException as error:
        raise InterchangeError(
            f"“{name}” declares entities or names files elsewhere, as no quiz does. "
            "It was not read."
        ) from error
    except _LimitError as error:
        raise InterchangeError(
            f"“{name}” has more than {MAX_NODES:,} elements, or more than {MAX_DEPTH} within each "
            "other. Split it."
        ) from error
    except SAXParseException as error:
        line, problem = error.getLineNumber() or 1, error.getMessage()
    except (LookupError, ValueError) as error:
        line, problem = 1, str(error)
    if builder.root is None:
        raise InterchangeError(f"“{name}” is no XML. Line {line}: {problem}.")
    _drop(builder.root, builder.unfinished)
    return Tree(builder.root, line, problem)


def _drop(node: Node, unfinished: set[int]) -> None:
    """Take away from ``node`` what was not closed; what is whole beside it stays."""
    node.content = [
        part for part in node.content if isinstance(part, str) or id(part) not in unfinished
    ]
