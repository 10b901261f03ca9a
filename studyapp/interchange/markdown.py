"""The HTML of a card as Markdown in our dialect, and what of it Markdown cannot say."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from studyapp.interchange.html import Element, names, parse_html, squeeze

_BLOCKS = names(
    "address article aside blockquote center dd details div dl dt fieldset figure figcaption "
    "footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table ul"
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_DROPPED = {
    "script": "a script",
    "style": "a style sheet",
    "iframe": "an embedded page",
    "object": "an embedded object",
    "svg": "a drawing in the text",
    "canvas": "a canvas",
    "form": "a form",
}
_KEPT_TAGS = frozenset({"u", "sub", "sup", "kbd", "small", "abbr", "cite", "q", "samp", "var"})
_MARKS = {
    "b": "**",
    "strong": "**",
    "i": "*",
    "em": "*",
    "dfn": "*",
    "s": "~~",
    "strike": "~~",
    "del": "~~",
    "mark": "==",
}
_TAG_OF_MARK = {"**": "b", "*": "i", "~~": "s", "==": "mark"}

_ANYWHERE = re.compile(
    r"[\\`*\[\]$]"
    r"|<(?=[A-Za-z/!?])"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|(?<![^\s])[#^](?=\S)"
    r"|(?<==)=|=(?==)|(?<=~)~|~(?=~)|(?<=%)%|%(?=%)"
    r"|&(?=#?\w{1,30};)"
)
_AT_START = re.compile(
    r"(?:[-+](?=\s|$)|-{3,}\s*$|={2,}\s*$|>|#{1,6}(?=\s|$)|\d{1,9}(?=[.)](?:\s|$)))"
)
_FIELD_LINE = re.compile(r"([A-Za-z]+):(?=:)")
_SIZE = re.compile(r"\s*(\d{1,4})(?:\.\d+)?(?:px)?\s*")

_MATH = (
    ("\\(", "\\)", False),
    ("\\[", "\\]", True),
    ("[$$]", "[/$$]", True),
    ("[$]", "[/$]", False),
    ("[latex]", "[/latex]", False),
    ("<anki-mathjax>", "</anki-mathjax>", False),
    ('<anki-mathjax block="true">', "</anki-mathjax>", True),
)
_SOUND = ("[sound:", "]")
_HELD = re.compile("\ue000([0-9]+)\ue001")
MAX_INLINE_MATH = 1000
"""Characters between single dollars that our Markdown takes for a formula."""


@dataclass(slots=True)
class Converted:
    """What a piece of HTML came to: ``media`` are the files it shows, by their names there."""

    markdown: str
    media: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def to_markdown(source: str, media_path: Callable[[str], str]) -> Converted:
    """``source`` as Markdown. ``media_path`` gives the name under which the vault has a file."""
    if not _looks_like_markup(source):
        return Converted(escape(squeeze(source)).strip())
    return _Converter(media_path).convert(source)


def _looks_like_markup(source: str) -> bool:
    return any(mark in source for mark in ("<", "&", "\\(", "\\[", "[", "\n", "\ue000"))


def escape(text: str) -> str:
    """``text``, a line, so that Markdown shows it as it is."""
    text = _ANYWHERE.sub(lambda m: "&amp;" if m[0] == "&" else "\\" + m[0], text)
    lead = len(text) - len(text.lstrip())
    if match := _AT_START.match(text, lead):
        at = match.end() if match[0].isdecimal() else match.start()
        text = f"{text[:at]}\\{text[at:]}"
    if match := _FIELD_LINE.match(text, lead):
        text = f"{text[: match.end()]}\\{text[match.end() :]}"
    return text


@dataclass(frozen=True, slots=True)
class _Styled:
    """Emphasis, whose marks depend on what stands beside it."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block of Markdown. ``is_line``: the next line may follow without a blank one."""

    text: str
    is_line: bool = False


class _Converter:
    def __init__(self, media_path: Callable[[str], str]) -> None:
        self._media_path = media_path
        self._held: list[str] = []
        self._done = Converted("")

    def convert(self, source: str) -> Converted:
        source = source.replace("\ue000", "").replace("\ue001", "")
        for opening, closing, display in _MATH:
            source = self._hold(source, opening, closing, self._math(display))
        source = self._hold(source, *_SOUND, self._sound)
        tree = parse_html(source)
        text = _join(self._blocks(tree))
        # Twice: a sound or formula may stand within another that was held.
        for _ in range(2):
            text = _HELD.sub(lambda m: self._held[int(m[1])], text)
        self._done.markdown = text.strip("\n").rstrip()
        return self._done

    # --- what is no HTML ----------------------------------------------------------------

    def _hold(
        self, source: str, opening: str, closing: str, make: Callable[[str, str], str]
    ) -> str:
        """``source`` with what stands between ``opening`` and ``closing`` put aside."""
        parts: list[str] = []
        at = 0
        while (start := source.find(opening, at)) >= 0:
            end = source.find(closing, start + len(opening))
            if end < 0:
                break
            after = source[end + len(closing) : end + len(closing) + 1]
            self._held.append(make(source[start + len(opening) : end], after))
            parts += [source[at:start], f"\ue000{len(self._held) - 1}\ue001"]
            at = end + len(closing)
        return "".join([*parts, source[at:]])

    def _math(self, display: bool) -> Callable[[str, str], str]:
        def make(inner: str, after: str) -> str:
            text = " ".join("".join(parse_html(inner).texts()).split())
            text = _HELD.sub("", text).removeprefix("$").removesuffix("$").strip()
            if not text:
                return ""
            if "{{c" not in text:
                text = text.replace("}}", "} }")  # would end the gap that it stands in
            if display or after.isdigit() or len(text) > MAX_INLINE_MATH or "$" in text:
                return f"$${text.replace('$', '')}$$"
            return f"${text}$"

        return make

    def _sound(self, inner: str, after: str) -> str:
        return self._file(html.unescape(inner).strip())

    def _file(self, name: str, size: str = "") -> str:
        if not name:
            return ""
        self._done.media.append(name)
        return f"![[{self._media_path(name)}{'|' + size if size else ''}]]"

    # --- blocks -------------------------------------------------------------------------

    def _blocks(self, element: Element) -> list[_Piece]:
        pieces: list[_Piece] = []
        run: list[str | Element] = []

        def flush() -> None:
            if run:
                pieces.extend(_paragraphs(self._inline(run)))
                run.clear()

        for child in element.children:
            if isinstance(child, Element) and self._is_block(child):
                flush()
                pieces += self._block(child)
            else:
                run.append(child)
        flush()
        return pieces

    def _is_block(self, element: Element) -> bool:
        return element.tag in _BLOCKS or (
            element.tag not in ("a", "code")
            and any(
                isinstance(child, Element) and child.tag in _BLOCKS for child in element.children
            )
        )

    def _block(self, element: Element) -> list[_Piece]:
        tag = element.tag
        if tag in _DROPPED:
            self._drop(tag)
            return []
        if tag in ("ul", "ol"):
            return _whole(self._list(element))
        if tag == "table":
            return self._table(element)
        if tag == "pre":
            return [_Piece(_fence(element))]
        if tag == "hr":
            return [_Piece("---")]
        inner = self._blocks(element)
        if tag == "blockquote":
            quoted = "\n".join(f"> {line}".rstrip() for line in _join(inner).split("\n"))
            return [_Piece(quoted)] if inner else []
        if tag in _HEADINGS:
            return _whole(_bold(_join(inner)))
        if tag in ("p", "dl", "details", "section"):
            return [_Piece(_join(inner))] if inner else []
        return inner

    def _list(self, element: Element, depth: int = 0) -> str:
        lines: list[str] = []
        number = 1
        for child in element.children:
            if not isinstance(child, Element):
                if child.strip():
                    lines.append(f"- {escape(squeeze(child)).strip()}")
                continue
            if child.tag in ("ul", "ol"):
                inner = self._list(child)
                pad = "   " if element.tag == "ol" else "  "
                lines += [f"{pad}{line}" for line in inner.split("\n") if line]
                continue
            marker = f"{number}. " if element.tag == "ol" else "- "
            number += 1
            text = _join(self._blocks(child), tight=True).strip("\n")
            first, *rest = text.split("\n")
            lines.append(f"{marker}{first}".rstrip())
            lines += [f"{' ' * len(marker)}{line}".rstrip() for line in rest]
        return "\n".join(lines)

    def _table(self, element: Element) -> list[_Piece]:
        rows = [row for row in _rows(element) if row]
        width = max((len(row) for row in rows), default=0)
        if width < 2:
            return [piece for row in rows for cell in row for piece in self._blocks(cell)]
        if any(
            "rowspan" in cell.attributes or "colspan" in cell.attributes
            for row in rows
            for cell in row
        ):
            self._lose("cells that span several rows or columns")
        lines = []
        for row in rows:
            cells = [self._cell(cell) for cell in row] + [""] * (width - len(row))
            lines.append("| " + " | ".join(cells) + " |")
        lines.insert(1, "|" + "---|" * width)
        return [_Piece("\n".join(lines))]

    def _cell(self, cell: Element) -> str:
        text = _HELD.sub(lambda m: self._held[int(m[1])], _join(self._blocks(cell)))
        lines = [line.strip() for line in text.split("\n")]
        return "<br>".join(line for line in lines if line).replace("|", "\\|")

    # --- what stands in a line ----------------------------------------------------------

    def _inline(self, nodes: Iterable[str | Element]) -> str:
        parts: list[str | _Styled] = []
        for node in nodes:
            if isinstance(node, str):
                # Text begins a line only where nothing of that line was there before.
                parts.append(_text(node, begins=not parts or _ends_line(parts[-1])))
            else:
                parts += self._element(node)
        return _with_marks([part for part in parts if part != ""])

    def _element(self, element: Element) -> Sequence[str | _Styled]:
        tag, attributes = element.tag, element.attributes
        if tag == "br":
            return ["\n"]
        if tag in _DROPPED:
            self._drop(tag)
            return []
        if tag == "img":
            return [self._image(attributes)]
        if tag in ("audio", "video", "source"):
            source = attributes.get("src", "")
            return [self._file(source)] if source else [self._inline(element.children)]
        if tag in ("code", "tt"):
            return [_code("".join(element.texts()))]
        inner = self._inline(element.children)
        if not inner.strip():
            return [inner]
        if tag == "a":
            return [self._link(inner, attributes.get("href", ""))]
        if tag == "rp":
            return []
        if tag == "rt":
            return [f"({inner.strip()})"]
        if tag in _KEPT_TAGS:
            lines = inner.split("\n")
            return ["\n".join(f"<{tag}>{line}</{tag}>" if line.strip() else line for line in lines)]
        marks = self._marks(tag, attributes.get("style", ""))
        if not marks:
            return [inner]
        styled: list[str | _Styled] = []
        for number, line in enumerate(inner.split("\n")):
            styled += ["\n"] if number else []
            styled += _styled(line, marks)
        return styled

    def _marks(self, tag: str, style: str) -> tuple[str, ...]:
        marks = [_MARKS[tag]] if tag in _MARKS else []
        style = style.replace(" ", "").lower()
        if re.search(r"font-weight:(?:bold|[6-9]00)", style) and "**" not in marks:
            marks.append("**")
        if "font-style:italic" in style and "*" not in marks:
            marks.append("*")
        if "text-decoration:line-through" in style and "~~" not in marks:
            marks.append("~~")
        if re.search(r"(?:^|;)(?:color|background(?:-color)?):", style) or tag == "font":
            self._lose("colours")
        return tuple(marks)

    def _image(self, attributes: dict[str, str]) -> str:
        source = attributes.get("src", "").strip()
        if source.startswith("data:"):
            self._lose("a picture written into the text")
            return ""
        if re.match(r"[A-Za-z][A-Za-z+.-]*://|//", source):
            self._lose("a picture on the web (it stays a link)")
            alt = escape(squeeze(attributes.get("alt", ""))).strip() or "picture"
            return f"[{alt}]({_address(source)})"
        match = _SIZE.fullmatch(attributes.get("width", ""))
        return self._file(_unquoted(source), match[1] if match else "")

    def _link(self, inner: str, href: str) -> str:
        if not re.match(r"(?:https?|mailto):", href, re.IGNORECASE):
            if href and not href.startswith("#"):
                self._lose("a link that leads nowhere on the web")
            return inner
        return f"[{' '.join(inner.split())}]({_address(href)})"

    # --- what is not carried ------------------------------------------------------------

    def _drop(self, tag: str) -> None:
        self._lose(_DROPPED[tag])

    def _lose(self, what: str) -> None:
        if what not in self._done.lost:
            self._done.lost.append(what)


def _text(node: str, *, begins: bool) -> str:
    text = squeeze(node)
    return (
        escape(text)
        if begins
        else _ANYWHERE.sub(lambda m: "&amp;" if m[0] == "&" else "\\" + m[0], text)
    )


def _ends_line(part: str | _Styled) -> bool:
    return isinstance(part, str) and (part.endswith("\n") or not part.strip())


def _with_marks(parts: Sequence[str | _Styled]) -> str:
    """The parts joined. Markdown's own marks do not open or close between a letter and a
    punctuation mark; there HTML's tags say it."""
    out = ""
    for number, part in enumerate(parts):
        if isinstance(part, str):
            out += part
            continue
        following = parts[number + 1] if number + 1 < len(parts) else ""
        after = (following if isinstance(following, str) else following.text)[:1]
        tight = (_word(out[-1:]) and not _word(part.text[:1])) or (
            _word(after) and not _word(part.text[-1:])
        )
        if tight or part.text[0] in "*~=_" or part.text[-1] in "*~=_\\":
            tag = _TAG_OF_MARK[part.mark]
            out += f"<{tag}>{part.text}</{tag}>"
        else:
            out += f"{part.mark}{part.text}{part.mark}"
    return out


def _word(character: str) -> bool:
    return character.isalnum()


def _styled(line: str, marks: Sequence[str]) -> list[str | _Styled]:
    """``line`` under all of ``marks``, the white space at its ends left out of them."""
    inner = line.strip()
    if not inner:
        return [line]
    lead, trail = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
    *outer, last = marks
    for mark in outer:
        inner = f"<{_TAG_OF_MARK[mark]}>{inner}</{_TAG_OF_MARK[mark]}>"
    return [lead, _Styled(last, inner), trail]


def _paragraphs(text: str) -> list[_Piece]:
    """Inline text, its lines trimmed, several blank ones as one."""
    lines: list[str] = []
    for raw in text.split("\n"):
        line = raw.strip()
        if line or (lines and lines[-1]):
            lines.append(line)
    text = "\n".join(lines).strip("\n")
    return [_Piece(text, is_line=True)] if text else []


def _join(pieces: Sequence[_Piece], *, tight: bool = False) -> str:
    out = ""
    before: _Piece | None = None
    for piece in pieces:
        if not piece.text.strip():
            continue
        if before is not None:
            lines = (before.is_line and piece.is_line) or (tight and before.is_line)
            out += "\n" if lines else "\n\n"
        out += piece.text
        before = piece
    return out


def _whole(text: str) -> list[_Piece]:
    return [_Piece(text)] if text.strip() else []


def _bold(text: str) -> str:
    return "\n".join(
        f"**{line}**" if line and "**" not in line else line for line in text.split("\n")
    )


def _code(text: str) -> str:
    text = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
    if not text:
        return ""
    if "{{c" in text:  # a gap is found everywhere but in Markdown's own code
        return f"<code>{escape(text)}</code>"
    ticks = "`"
    while ticks in text:
        ticks += "`"
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _fence(element: Element) -> str:
    text = "".join(element.texts()).replace("\N{NO-BREAK SPACE}", " ").strip("\n")
    if "{{c" in text:
        lines = (f"<code>{escape(line)}</code>" for line in text.split("\n") if line.strip())
        return "\n".join(lines)
    language = ""
    for holder in [element, *(c for c in element.children if isinstance(c, Element))]:
        if match := re.search(
            r"(?:^|\s)lang(?:uage)?-([\w+#.-]{1,30})", holder.attributes.get("class", "")
        ):
            language = match[1]
    ticks = "```"
    while ticks in text:
        ticks += "`"
    return f"{ticks}{language}\n{text}\n{ticks}"


def _rows(table: Element) -> list[list[Element]]:
    rows: list[list[Element]] = []
    for child in table.children:
        if isinstance(child, Element):
            if child.tag == "tr":
                rows.append(
                    [c for c in child.children if isinstance(c, Element) and c.tag in ("td", "th")]
                )
            elif child.tag in ("thead", "tbody", "tfoot"):
                rows += _rows(child)
    return rows


def _unquoted(name: str) -> str:
    """A file's name from a ``src``: Anki writes most as they are, other programs encoded."""
    return re.sub(r"(?:%[0-9A-Fa-f]{2})+", _decoded, name)


def _decoded(match: re.Match[str]) -> str:
    try:
        return bytes.fromhex(match[0].replace("%", "")).decode()
    except ValueError:
        return match[0]


def _address(url: str) -> str:
    return (
        url.strip().replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("<", "%3C")
    )
