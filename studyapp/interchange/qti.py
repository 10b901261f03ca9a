"""QTI 2.1 (https://www.imsglobal.org/question/qtiv2p1/imsqti_implv2p1.html): the items of a
package, or a single one."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote

from studyapp.interchange.gift import GAP, number_answer, text_answer
from studyapp.interchange.markup import Markup
from studyapp.interchange.questions import Question
from studyapp.interchange.quiz_file import Entry, QuestionError, Reading
from studyapp.interchange.values import InterchangeError
from studyapp.interchange.vault import file_name
from studyapp.interchange.xml_tree import Node, read_xml
from studyapp.items.values import Kind

MANIFEST = "imsmanifest.xml"
MARKDOWN = "markdown"
"""The class of texts that are Markdown, as ours are."""

PREFIX = "item."
"""Before what a question is known by, which need not be an identifier of QTI's."""

ANSWER = "answer"
"""The identifier of the feedback that answers an open question."""

_INTERACTION = re.compile(r"\w+Interaction")
_VERDICTS = ({"true", "false"},)


def item_paths(manifest: bytes, name: str) -> list[str]:
    """The paths of a package's items, from the manifest's folder on. Raises InterchangeError."""
    root = read_xml(manifest, name).root
    return [
        unquote(node.attributes.get("href", ""))
        for node in root.below("resource")
        if node.attributes.get("type", "").startswith("imsqti_item")
    ]


def read_item(data: bytes, reading: Reading, path: str, files: Mapping[str, bytes]) -> None:
    """Add the item in ``data``, which lies at ``path`` of a package, to ``reading``; what is amiss
    is remarked on, by the item's title. ``files`` has the package's other files by their paths."""
    named = "This"
    try:
        tree = read_xml(data, path)
        attributes = tree.root.attributes
        if title := (attributes.get("title") or attributes.get("identifier", "")).strip():
            named = f"“{title[:80]}”"
        if tree.root.tag != "assessmentItem":
            raise QuestionError(
                f"it begins with <{tree.root.tag[:40]}>, and an item of QTI 2.1 with "
                "<assessmentItem>"
            )
        if tree.broken_line:
            raise QuestionError(f"it breaks off at line {tree.broken_line}: {tree.problem}")
        reading.entries.append(_Item(tree.root, reading, path, files).entry())
    except (QuestionError, InterchangeError) as error:
        reading.remark(1, f"{named} is no question: {error}.")


class _Item:
    def __init__(self, root: Node, reading: Reading, path: str, files: Mapping[str, bytes]) -> None:
        self._root = root
        self._reading = reading
        self._folder = posixpath.dirname(path)
        self._files = files
        self._markup = Markup(self._path_of)

    def entry(self) -> Entry:
        root = self._root
        body = root.first("itemBody")
        found = [node for node in _inside(body) if _INTERACTION.fullmatch(node.tag)] if body else []
        if body is None or not found:
            raise QuestionError("it has nothing to answer")
        if len(found) > 1:
            raise QuestionError("it has several things to answer, which is not read")
        question = self._question(body, found[0])
        for what in self._markup.lost:
            self._reading.remark(found[0].line, f"Not carried over: {what}.")
        said = root.attributes.get("identifier", "")
        return Entry(
            root.line,
            question,
            name=root.attributes.get("title", ""),
            key=said.removeprefix(PREFIX) if said.startswith(PREFIX) else "",
        )

    def _question(self, body: Node, asks: Node) -> Question:
        is_inline = asks.tag == "textEntryInteraction"
        stem = self._stem(body, asks, GAP if is_inline else "")
        prompt = "\n\n".join(
            text for node in (asks.first("prompt"),) for text in (stem, self._text(node)) if text
        )
        if not prompt:
            raise QuestionError("it asks nothing")
        explanation = self._feedback()
        declared = self._declared(asks)
        match asks.tag:
            case "choiceInteraction":
                return self._choice(asks, prompt, explanation, declared)
            case "textEntryInteraction":
                return self._typed(prompt, explanation, declared)
            case "extendedTextInteraction":
                answer = self._feedback(ANSWER)
                return Question(Kind.BASIC, prompt, answer, explanation)
            case "orderInteraction":
                texts = self._options(asks, "simpleChoice")
                steps = [texts.get(value, "") for value in _values(declared)]
                if len(steps) < 2 or not all(steps):
                    raise QuestionError("the right order is not said")
                rows = tuple((text, True, "") for text in steps)
                return Question(Kind.ORDER, prompt, explanation=explanation, rows=rows)
            case "matchInteraction":
                return self._match(asks, prompt, explanation, declared)
        raise QuestionError(f"a <{asks.tag}> is not read")

    def _choice(self, asks: Node, prompt: str, explanation: str, declared: Node) -> Question:
        texts = self._options(asks, "simpleChoice")
        right = set(_values(declared)) or set(_mapped(declared))
        whys = {
            node.attributes.get("identifier", ""): self._text(inner)
            for node in asks.all("simpleChoice")
            for inner in node.below("feedbackInline")
        } | {
            said: self._text(node)
            for node in self._root.all("modalFeedback")
            if (said := node.attributes.get("identifier", "")) in texts
        }
        if len(texts) < 2:
            raise QuestionError("a choice needs two options or more")
        if not right & texts.keys():
            raise QuestionError("no option is right")
        rows = tuple((text, key in right, whys.get(key, "")) for key, text in texts.items())
        words = {text.casefold(): is_right for text, is_right, _ in rows}
        if words.keys() in _VERDICTS and len(right) == 1:
            verdict = next(word for word, is_right in words.items() if is_right)
            reasons = [why for _, _, why in rows if why]
            return Question(
                Kind.TRUE_FALSE, prompt, verdict, "\n\n".join([*reasons, explanation]).strip()
            )
        shuffles = asks.attributes.get("shuffle", "false") == "true"
        return Question(
            Kind.CHOICE,
            prompt,
            explanation=explanation,
            rows=rows,
            details={} if shuffles else {"shuffle": "false"},
        )

    def _typed(self, prompt: str, explanation: str, declared: Node) -> Question:
        prompt = prompt.removesuffix(self._markup.markdown(GAP, "plain")).rstrip() or prompt
        texts = list(dict.fromkeys([*_values(declared), *_mapped(declared)]))
        if not texts:
            raise QuestionError("no answer is right")
        if declared.attributes.get("baseType") in ("float", "integer"):
            equal = next(self._root.below("equal"), None)
            said = equal.attributes.get("tolerance", "0") if equal else "0"
            tolerance = _decimal(said.split()[0] if said.split() else "0")
            if equal and equal.attributes.get("toleranceMode") == "relative":
                tolerance = abs(_decimal(texts[0])) * tolerance / 100
            answer = number_answer(_decimal(texts[0]), abs(tolerance))
            return Question(Kind.NUMBER, prompt, answer, explanation)
        answer, _ = text_answer([text.replace("*", "\\*") for text in texts])
        return Question(Kind.TEXT, prompt, answer, explanation)

    def _match(self, asks: Node, prompt: str, explanation: str, declared: Node) -> Question:
        sets = asks.all("simpleMatchSet")
        if len(sets) != 2:
            raise QuestionError("a match needs two sets")
        lefts, rights = (self._options(each, "simpleAssociableChoice") for each in sets)
        named = [value.split() for value in _values(declared) or _mapped(declared)]
        pairs = [
            (lefts[pair[0]], rights[pair[1]])
            for pair in named
            if len(pair) == 2 and pair[0] in lefts and pair[1] in rights
        ]
        if not pairs:
            raise QuestionError("what belongs together is not said")
        used = {pair[1] for pair in named if len(pair) == 2}
        pairs += [("", text) for key, text in rights.items() if key not in used]
        return Question(Kind.MATCH, prompt, explanation=explanation, pairs=tuple(pairs))

    # --- texts --------------------------------------------------------------------------

    def _declared(self, asks: Node) -> Node:
        name = asks.attributes.get("responseIdentifier", "")
        for node in self._root.all("responseDeclaration"):
            if node.attributes.get("identifier") == name:
                return node
        if asks.tag == "extendedTextInteraction":
            return Node("responseDeclaration")
        raise QuestionError("what is right is not said")

    def _feedback(self, identifier: str = "") -> str:
        """What is said to whatever was answered; or the feedback of that identifier."""
        options = {
            node.attributes.get("identifier", "") for node in self._root.below("simpleChoice")
        }
        return "\n\n".join(
            text
            for node in self._root.all("modalFeedback")
            for said in (node.attributes.get("identifier", ""),)
            if (said == identifier if identifier else said not in {*options, ANSWER})
            and (text := self._text(node))
        )

    def _options(self, holder: Node, tag: str) -> dict[str, str]:
        return {
            node.attributes.get("identifier", ""): text
            for node in holder.all(tag)
            if (text := self._text(node))
        }

    def _stem(self, body: Node, asks: Node, gap: str) -> str:
        """The body without what is to be answered, in whose place ``gap`` stands."""
        return self._text(_without(body, asks, gap))

    def _text(self, node: Node | None) -> str:
        if node is None:
            return ""
        node = _without(node, None, "", leave_out=("feedbackInline",))
        ours = [span for span in node.below("span") if span.attributes.get("class") == MARKDOWN]
        if ours:
            return "\n\n".join(text for span in ours if (text := self._markdown(span)))
        return self._markup.markdown(node.markup, "html")

    def _markdown(self, span: Node) -> str:
        parts = []
        for part in span.content:
            if isinstance(part, str):
                parts.append(part)
            elif part.tag == "br":
                parts.append("\n")
            elif part.tag == "img":
                parts.append(f"![[{self._path_of(part.attributes.get('src', ''))}]]")
        return "".join(parts).strip()

    def _path_of(self, name: str) -> str:
        source = posixpath.normpath(posixpath.join(self._folder, unquote(name)))
        data = self._files.get(source)
        if data is None:
            self._reading.remark(
                self._root.line, f"Not carried over: the file “{name[:80]}”, which is not in it."
            )
            return name
        stem, dot, ending = file_name(posixpath.basename(source), "file").rpartition(".")
        number, path = 1, f"attachments/{stem}{dot}{ending}"
        while self._reading.media.get(path, data) != data:
            number += 1
            path = f"attachments/{stem} ({number}){dot}{ending}"
        self._reading.media[path] = data
        return path


def _inside(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield child
        yield from _inside(child)


def _without(node: Node, gone: Node | None, instead: str, leave_out: tuple[str, ...] = ()) -> Node:
    """``node`` without ``gone``, in whose place ``instead`` stands, and without some elements."""
    content: list[str | Node] = []
    for part in node.content:
        if part is gone:
            content.append(f" {instead} " if instead else "")
        elif isinstance(part, str):
            content.append(part)
        elif part.tag not in leave_out:
            content.append(_without(part, gone, instead, leave_out))
    return Node(node.tag, node.attributes, node.line, content)


def _values(declared: Node) -> list[str]:
    return [
        " ".join(node.text.split())
        for holder in declared.all("correctResponse")
        for node in holder.all("value")
        if node.text.strip()
    ]


def _mapped(declared: Node) -> list[str]:
    """The answers that bring the most."""
    worth = {
        node.attributes.get("mapKey", ""): _decimal(node.attributes.get("mappedValue", "0"))
        for node in declared.below("mapEntry")
    }
    if declared.attributes.get("cardinality") == "single":
        most = max(worth.values(), default=Decimal(0))
        return [key for key, value in worth.items() if value == most > 0]
    return [key for key, value in worth.items() if value > 0]


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise QuestionError(f"“{text[:40]}” is no number")
    return number
