"""A file of cards as a vault: what Anki's text import understands, and what spreadsheets give.

Header lines (``#separator:``, ``#html:``, ``#columns:``, ``#tags column:``, ``#deck column:``,
``#notetype column:``, ``#guid column:``, ``#deck:``, ``#notetype:``, ``#tags:``) are those of
https://docs.ankiweb.net/importing/text-files.html; our own exports add ``#studyapp:``. Columns may
be named in a first row as well; without any names they are front, back and tags.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from studyapp.interchange.apkg.reading import block_id
from studyapp.interchange.callouts import tag_of
from studyapp.interchange.csv_.records import Record, meant, read_records
from studyapp.interchange.markdown import to_markdown
from studyapp.interchange.questions import Question, written
from studyapp.interchange.values import InterchangeError, Remark, VaultFiles
from studyapp.interchange.vault import Names, file_name, written_notes
from studyapp.items.values import Kind, normalise

MAX_ROWS = 100_000
MAX_CHARS = 32 * 1024**2
MAX_REMARKS = 200
"""Rows that are reported one by one; of the others only how many there are."""

OURS = "studyapp"

_SEPARATORS = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "space": " ",
    "pipe": "|",
    "colon": ":",
}
_HEADER = re.compile(r"#\s*([A-Za-z][A-Za-z ]{0,40})\s*:(.*)")
_MARKUP = re.compile(
    r"</?(?:br|b|i|u|em|strong|div|p|span|img|ul|ol|li|a|code|pre|sub|sup)\b[^<>]*>"
)
_GAP = re.compile(r"\{\{c\d{1,3}::")
_OPTION = re.compile(r"(?:[-+] )?(?:\[([ xX])\]|(\*)(?!\*))\s+(.*)")
_LETTERED = re.compile(r"\(?([A-Za-z]|\d{1,2})[.)]\s+(.*)")
_LABELS = re.compile(r"\(?([A-Za-z]|\d{1,2})[.)]?")
_DETAIL = re.compile(r"([\w -]{1,40})::\s*(.*)")

_NAMES: dict[str, str] = {
    name: column
    for column, known in {
        "front": "front question prompt term text word q",
        "back": "back answer definition meaning translation a",
        "explanation": "explanation extra back_extra rationale comment remarks why",
        "hint": "hint",
        "options": "options choices",
        "kind": "kind",
        "details": "details",
        "tags": "tags tag",
        "deck": "deck topic",
        "notetype": "notetype note_type",
        "guid": "guid id",
    }.items()
    for name in known.split()
}
_KINDS = {
    **{kind.value: kind for kind in Kind},
    "truefalse": Kind.TRUE_FALSE,
    "tf": Kind.TRUE_FALSE,
    "multiple_choice": Kind.CHOICE,
    "num": Kind.NUMBER,
}


@dataclass(slots=True)
class _Head:
    """What the lines before the rows say."""

    separator: str = ""
    html: bool | None = None
    ours: bool = False
    columns: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)


class RowError(Exception):
    """Why a row is no question."""


def make_vault(text: str, name: str) -> VaultFiles:
    """The vault that the cards in ``text`` come to: a note for each deck. ``name`` is the file's
    own. Rows that are no question are named with their line, and cost nothing else. Raises
    InterchangeError where there is no card at all."""
    if len(text) > MAX_CHARS:
        raise InterchangeError(
            f"“{name}” has more than {MAX_CHARS // 1024**2} million characters. Split it."
        )
    return _Maker(name).make(text)


class _Maker:
    def __init__(self, name: str) -> None:
        self._name = name
        self._remarks: list[Remark] = []
        self._unsaid = 0
        self._guids: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()

    def make(self, text: str) -> VaultFiles:
        title = self._name.rpartition("/")[2].rpartition(".")[0] or self._name
        head, body, line = _read_head(text)
        head.separator = head.separator or _detected(body)
        records = list(read_records(body, head.separator, line))
        columns, records = _columns(head, records)
        if head.html is None:
            head.html = not head.ours and any(
                _MARKUP.search(cell) for record in records[:200] for cell in record.fields
            )
        by_deck: defaultdict[str, list[str]] = defaultdict(list)
        for deck, question in self._questions(records, columns, head, title):
            by_deck[deck].append(question)
        if not by_deck:
            why = (
                f" Line {self._remarks[0].line}: {self._remarks[0].message}"
                if self._remarks
                else ""
            )
            raise InterchangeError(
                f"“{self._name}” holds no card: a row needs a front and a back.{why}"
            )
        names = Names()
        notes: dict[str, str] = {}
        for deck, questions in by_deck.items():
            parts = [file_name(part) for part in deck.split("::")[:20] if part.strip()]
            path = "/".join(parts) or file_name(title)
            notes |= dict(written_notes(path, {}, questions, names))
        self._remarks += [
            Remark(self._name, 0, f"Not carried over: {what} ({times} times).")
            for what, times in self._lost.items()
        ]
        if self._unsaid:
            self._remarks.append(Remark(self._name, 0, f"{self._unsaid} more rows are no cards."))
        return VaultFiles(title, notes, remarks=tuple(self._remarks))

    def _questions(
        self, records: Iterable[Record], columns: list[str], head: _Head, title: str
    ) -> Iterator[tuple[str, str]]:
        for number, record in enumerate(records):
            if number >= MAX_ROWS:
                self._skip(record.line, f"only the first {MAX_ROWS:,} rows are read")
                return
            if record.problem:
                self._skip(record.line, record.problem)
                continue
            if len(record.fields) > len(columns) and any(record.fields[len(columns) :]):
                self._lost["fields beyond the columns that are named"] += 1
            row = self._row(record, columns, head)
            try:
                question = question_of_row(row)
            except RowError as error:
                self._skip(record.line, str(error))
                continue
            deck = row.get("deck") or head.said.get("deck") or title
            tags = f"{head.said.get('tags', '')} {row.get('tags', '')}".split()
            yield (
                deck,
                written(
                    question,
                    block_id=self._block_id(row.get("guid", ""), record.line),
                    tags=dict.fromkeys(filter(None, (tag_of(tag.lstrip("#")) for tag in tags))),
                ),
            )

    def _row(self, record: Record, columns: list[str], head: _Head) -> dict[str, str]:
        row: dict[str, str] = {}
        for column, cell in zip(columns, record.fields, strict=False):
            text = meant(cell) if head.ours else cell
            if column in ("front", "back", "explanation", "hint", "options", "option"):
                text = self._markdown(text) if head.html else text.strip()
            if column == "option":
                row["options"] = "\n".join(filter(None, [row.get("options", ""), text]))
            elif column and text.strip():
                row[column] = text if column not in row else f"{row[column]}\n\n{text}"
        if "notetype" not in row and "notetype" in head.said:
            row["notetype"] = head.said["notetype"]
        return row

    def _markdown(self, source: str) -> str:
        converted = to_markdown(source, lambda name: name)
        self._lost.update(converted.lost)
        return converted.markdown

    def _block_id(self, guid: str, line: int) -> str:
        guid = guid.strip()
        self._guids[guid] += 1
        if guid and self._guids[guid] > 1:
            message = f"The guid “{guid[:40]}” is there twice; this card gets none."
            self._remarks.append(Remark(self._name, line, message))
        return block_id(guid) if guid and self._guids[guid] == 1 else ""

    def _skip(self, line: int, why: str) -> None:
        if len(self._remarks) < MAX_REMARKS:
            self._remarks.append(Remark(self._name, line, f"Not taken as a card: {why}."))
        else:
            self._unsaid += 1


# --- what the columns are -------------------------------------------------------------------


def _read_head(text: str) -> tuple[_Head, str, int]:
    """What the lines that begin with ``#`` say, the text after them, and the line it begins on."""
    head = _Head()
    line = 1
    while match := _HEADER.match(text):
        key, value = " ".join(match[1].lower().split()), match[2]
        if key == "separator":
            name = value.strip().lower()
            head.separator = _SEPARATORS.get(name, value.strip()[:1] or "\t")
        elif key == "html":
            head.html = value.strip().lower() == "true"
        elif key == OURS:
            head.ours = True
        elif key == "columns":
            head.columns = [value.strip()]
        elif key in ("deck", "notetype", "tags"):
            head.said[key] = value.strip()
        elif key.endswith(" column") and value.strip().isdecimal():
            head.places[key.removesuffix(" column")] = int(value) - 1
        else:
            break  # a card that begins with such a word
        _, _, text = text.partition("\n")
        line += 1
    return head, text, line


def _detected(body: str) -> str:
    """The separator that the first rows have most evenly: as many of it in each."""
    best, score = "\t", (0, 0)
    for separator in ("\t", ";", ",", "|"):
        counts = Counter(
            len(record.fields)
            for record, _ in zip(read_records(body, separator), range(50), strict=False)
            if not record.problem
        )
        fields, rows = counts.most_common(1)[0] if counts else (1, 0)
        if fields > 1 and (rows, min(fields, 3)) > score:
            best, score = separator, (rows, min(fields, 3))
    return best


def _columns(head: _Head, records: list[Record]) -> tuple[list[str], list[Record]]:
    """What each column is ("" for one that is not used), and the rows that are cards."""
    names: list[str] = []
    if head.columns:
        rows = list(read_records(head.columns[0].lstrip("#"), head.separator))
        names = [_column(name) for name in rows[0].fields] if rows else []
    elif records and (found := [_column(name) for name in records[0].fields]):
        known = [name for name in found if name]
        if "front" in known and len(set(known)) > 1:
            names, records = found, records[1:]
    width = max((len(record.fields) for record in records), default=0)
    if not names:
        # Fields not spoken for, in Anki's order.
        free = iter(["front", "back", "tags" if not head.places else "explanation"])
        taken = {place: name for name, place in head.places.items()}
        names = [taken.get(place) or next(free, "") for place in range(width)]
    for name, place in head.places.items():
        if 0 <= place < 1000:
            names += [""] * (place + 1 - len(names))
            names[place] = name
    if "front" not in names:
        # A note type with fields of its own: the first two that are free are its sides.
        free = iter(["front", "back"])
        names = [name or next(free, "") for name in names]
    return names, records


def _column(name: str) -> str:
    key = "_".join(name.strip().casefold().replace("-", " ").split())
    return _NAMES.get(key) or ("option" if re.fullmatch(r"(?:option|choice)_?\w{1,2}", key) else "")


# --- what a row asks ------------------------------------------------------------------------


def question_of_row(row: Mapping[str, str]) -> Question:
    """The question of a row (column -> text). Raises RowError."""
    front, back = row.get("front", ""), row.get("back", "")
    if not front:
        raise RowError("it has no front")
    kind = _kind(row)
    details = {}
    for line in row.get("details", "").split("\n"):
        if match := _DETAIL.fullmatch(line.strip()):
            details[match[1].strip()] = match[2].strip()
    explanation = row.get("explanation", "")
    rows: tuple[tuple[str, bool, str], ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    match kind:
        case Kind.CLOZE:
            if not _GAP.search(front):
                raise RowError("it is a cloze without a gap like {{c1::this}}")
            explanation = explanation or back
        case Kind.CHOICE:
            rows = _options(row.get("options", ""), back)
        case Kind.ORDER:
            rows = tuple((text, True, "") for text in _listed(row.get("options", "") or back))
            if len(rows) < 2:
                raise RowError("an order needs two steps or more among its options, one a line")
        case Kind.MATCH:
            pairs = tuple(_pair(line) for line in (row.get("options", "") or back).split("\n"))
        case _:
            if not back:
                raise RowError("it has no back")
    return Question(
        kind,
        front,
        back if not rows and not pairs and kind is not Kind.CLOZE else "",
        explanation,
        row.get("hint", ""),
        rows,
        pairs,
        details,
    )


def _kind(row: Mapping[str, str]) -> Kind:
    named = "_".join(row.get("kind", "").strip().casefold().replace("-", " ").split())
    if named:
        if named not in _KINDS:
            known = ", ".join(kind.value for kind in Kind)
            raise RowError(f"there is no kind “{named[:40]}”; the kinds are {known}")
        return _KINDS[named]
    note_type = row.get("notetype", "").casefold()
    if "cloze" in note_type or (_GAP.search(row.get("front", "")) and not note_type):
        return Kind.CLOZE
    if row.get("options"):
        return Kind.CHOICE
    if "reversed" in note_type and "optional" not in note_type:
        return Kind.REVERSED
    return Kind.BASIC


def _options(text: str, back: str) -> tuple[tuple[str, bool, str], ...]:
    """Options, one a line (or parted by bars): those that begin with ``[x]`` or ``*`` are right,
    else those that ``back`` names by their letter, their number or their words. Lines that begin
    with ``>`` say why."""
    rows: list[tuple[str, bool, str]] = []
    labels: list[str] = []
    lines = text.split("\n") if "\n" in text else text.split("|")
    for line in filter(str.strip, lines):
        if line.lstrip().startswith(">") and rows:
            said, right, why = rows[-1]
            more = line.lstrip().removeprefix(">").removeprefix(" ")
            rows[-1] = (said, right, f"{why}\n{more}" if why else more)
        elif line.startswith("  ") and rows and _OPTION.match(text):
            said, right, why = rows[-1]
            rows[-1] = (f"{said}\n{line[2:]}", right, why)
        elif match := _OPTION.fullmatch(line.strip()):
            rows.append((match[3].strip(), bool(match[2]) or match[1] in ("x", "X"), ""))
            labels.append("")
        else:
            label = _LETTERED.fullmatch(line.strip())
            rows.append((label[2].strip() if label else line.strip().removeprefix("- "), False, ""))
            labels.append(label[1].casefold() if label else "")
    if not any(right for _, right, _ in rows):
        key = _named(back, [said for said, _, _ in rows], labels)
        rows = [(said, number in key, why) for number, (said, _, why) in enumerate(rows)]
    if len(rows) < 2:
        raise RowError("a choice needs two options or more, one a line")
    if not any(right for _, right, _ in rows):
        raise RowError("no option is right: begin it with [x], or name it on the back")
    return tuple(rows)


def _named(back: str, texts: list[str], labels: list[str]) -> set[int]:
    wanted = {normalise(line) for line in [back, *re.split(r"[\n|]", back)]}
    if found := {number for number, text in enumerate(texts) if normalise(text) in wanted}:
        return found
    letters = [_LABELS.fullmatch(part.strip()) for part in re.split(r"[\s,;|]+", back) if part]
    if not letters or not all(letters):
        return set()
    places = [label or chr(ord("a") + number) for number, label in enumerate(labels)]
    found = set()
    for letter in letters:
        name = letter[1].casefold() if letter else ""
        if name in places:
            found.add(places.index(name))
        elif name.isdecimal() and 0 < int(name) <= len(places):
            found.add(int(name) - 1)
        else:
            return set()
    return found


def _listed(text: str) -> Iterator[str]:
    """The rows of a list, one a line, each with the indented lines that follow it."""
    row = ""
    for line in text.split("\n"):
        if line.startswith("   ") and row:
            row += f"\n{line[3:]}"
        elif line.strip():
            if row:
                yield row
            match = _LETTERED.fullmatch(line.strip())
            row = match[2] if match else line.strip().removeprefix("- ")
    if row:
        yield row


def _pair(line: str) -> tuple[str, str]:
    left, arrow, right = line.partition("→")
    if not arrow:
        left, arrow, right = line.partition("=>")
    if not arrow or not right.strip():
        raise RowError("a match needs pairs like “left → right”, one a line")
    return left.strip(), right.strip()
