"""A response to one wording of a question, judged by another: what a key that was wrong is mended
with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from studyapp.items.grading import Outcome, grade
from studyapp.items.responses import (
    Chosen,
    Matched,
    Ordered,
    Response,
    ResponseError,
)
from studyapp.items.values import Content, normalise


def grade_by(
    asked: Content, mended: Content, response: Response
) -> tuple[Outcome, Response] | None:
    """The verdict of ``mended`` on a response to ``asked``, and that response in its own terms.
    None where it cannot judge it: an option that was chosen is not there any more, or the question
    is answered in another way now."""
    translated = translate(asked, mended, response)
    if translated is None:
        return None
    try:
        return grade(mended, translated), translated
    except ResponseError:
        return None


def translate(asked: Content, mended: Content, response: Response) -> Response | None:
    """``response`` to ``asked`` as one to ``mended``; None where it names what is not there. What
    reads the same is the same; of what was reworded, where as much is left over on either side,
    the first is the first."""
    match response:
        case Chosen(chosen):
            names = _same(_options(asked), _options(mended))
            return Chosen(frozenset(names[o] for o in chosen)) if chosen <= names.keys() else None
        case Ordered(steps):
            names = _same(_options(asked), _options(mended))
            return Ordered(tuple(names[o] for o in steps)) if names.keys() >= {*steps} else None
        case Matched(choices):
            lefts = _same(_lefts(asked), _lefts(mended))
            rights = _same(_rights(asked), _rights(mended))
            if not (choices.keys() <= lefts.keys() and {*choices.values()} <= rights.keys()):
                return None
            return Matched({lefts[left]: rights[right] for left, right in choices.items()})
    return response


def _options(content: Content) -> dict[str, str]:
    return {option.id: option.id for option in content.options}  # an id follows its text


def _lefts(content: Content) -> dict[str, str]:
    seen: Counter[str] = Counter()
    texts = {}
    for pair in content.pairs:
        if pair.left:  # rows that read the same are told apart by their order
            text = normalise(pair.left)
            seen[text] += 1
            texts[pair.id] = f"{text}\n{seen[text]}"
    return texts


def _rights(content: Content) -> dict[str, str]:
    return {pair.id: normalise(pair.right) for pair in content.pairs}


def _same(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """The id in ``new`` of each in ``old``, both given with what they read."""
    places: dict[str, str] = {}
    for name, text in new.items():
        places.setdefault(text, name)
    kept = {name: places[text] for name, text in old.items() if text in places}
    lost = list(dict.fromkeys(text for name, text in old.items() if name not in kept))
    fresh = [text for text in places if text not in set(old.values())]
    if len(lost) == len(fresh):
        reworded = dict(zip(lost, fresh, strict=True))
        for name, text in old.items():
            if text in reworded:
                kept[name] = places[reworded[text]]
    return kept
