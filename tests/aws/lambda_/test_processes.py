"""What learners' functions can do, and what they can't."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from studyapp.aws.lambda_.processes import FunctionProcesses
from studyapp.aws.lambda_.runtime import MAX_ERROR, MAX_LOG, MAX_RESULT, MAX_SENT


@pytest.fixture(scope="module")
def processes() -> Iterator[FunctionProcesses]:
    started = FunctionProcesses(count=1)
    yield started
    started.close()


@pytest.mark.parametrize(
    "source",
    [
        "exports.handler = async (event) => ({ seen: event.name });",
        "module.exports.handler = (event) => ({ seen: event.name });",
        "exports.handler = (event, context, callback) => callback(null, { seen: event.name });",
        "exports.handler = async (event) => { await null; return { seen: event.name }; };",
    ],
)
def test_a_handler_answers_in_any_of_lambdas_ways(
    processes: FunctionProcesses, source: str
) -> None:
    assert processes.run(source, {"name": "ada"}).result == {"seen": "ada"}


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("exports.handler = async () => { throw new Error('not you'); };", "not you"),
        ("exports.handler = () => { throw new Error('not you'); };", "not you"),
        ("exports.handler = (e, c, done) => done('not you');", "not you"),
        ("exports.handler = () => new Promise(() => {});", "The handler never answered."),
        ("const x = ;", "SyntaxError"),
        ("1", "The function exports no handler"),
        ("exports.handler = () => require('fs');", "require"),
        ("exports.handler = () => process.env;", "process"),
        ("exports.handler = () => fetch('http://127.0.0.1');", "fetch"),
    ],
)
def test_what_goes_wrong_is_said(processes: FunctionProcesses, source: str, error: str) -> None:
    invocation = processes.run(source, {})
    assert error in invocation.error
    assert not invocation.timed_out


def test_what_is_printed_is_kept_up_to_a_size(processes: FunctionProcesses) -> None:
    said = processes.run(
        "exports.handler = () => { console.log('hello', { a: 1 }); return 1; };", {}
    )
    assert said.log == 'hello {"a":1}'
    loud = processes.run(
        "exports.handler = () => { for (let i = 0; i < 1e5; i++) console.log('x'.repeat(99)); };",
        {},
    )
    assert len(loud.log) <= MAX_LOG


def test_calls_share_nothing(processes: FunctionProcesses) -> None:
    source = "globalThis.n = (globalThis.n ?? 0) + 1; exports.handler = () => globalThis.n;"
    assert [processes.run(source, {}).result for _ in range(2)] == [1, 1]


@pytest.mark.parametrize(
    "source",
    [
        "exports.handler = () => { for (;;); };",
        "for (;;);",
        "exports.handler = async () => { await null; for (;;); };",
    ],
)
def test_a_loop_ends(processes: FunctionProcesses, source: str) -> None:
    assert processes.run(source, {}).timed_out
    assert processes.run("exports.handler = () => 1;", {}).result == 1


@pytest.mark.parametrize(
    "source",
    [
        "exports.handler = () => { const a = []; for (;;) a.push(new Array(1e6).fill(7)); };",
        "exports.handler = () => 'x'.repeat(2 ** 28).repeat(2 ** 3);",
        "exports.handler = () => new ArrayBuffer(2 ** 31);",
        "const f = () => f(); exports.handler = f;",
    ],
)
def test_memory_ends(processes: FunctionProcesses, source: str) -> None:
    assert processes.run(source, {}).error
    assert processes.run("exports.handler = () => 1;", {}).result == 1


def test_an_error_has_a_size_and_is_one_without_words_too(processes: FunctionProcesses) -> None:
    loud = processes.run("exports.handler = () => { throw new Error('x'.repeat(1e5)); };", {})
    assert len(loud.error) == MAX_ERROR
    assert processes.run("exports.handler = () => { throw new Error(); };", {}).error == "Error"


def test_an_answer_has_a_size(processes: FunctionProcesses) -> None:
    source = f"exports.handler = () => 'x'.repeat({MAX_RESULT});"
    assert processes.run(source, {}).error == "The function's answer is too large."


def test_what_outlives_its_limit_is_killed_by_the_clock() -> None:
    impatient = FunctionProcesses(count=1, seconds=0.05)
    try:
        killed = impatient.run("exports.handler = () => { for (;;); };", {})
        assert killed.timed_out
        assert killed.error == "The function took too long."
    finally:
        impatient.close()


def test_only_so_many_messages_are_sent(processes: FunctionProcesses) -> None:
    source = """
        exports.handler = async () => {
          for (let n = 0; n < 20; n++) await send({ to: `${n}@example.com`, body: "hello" });
        };
    """
    told = processes.run(source, {})
    assert told.error == "Maximum sending rate exceeded."
    assert [each.to for each in told.sent] == [f"{n}@example.com" for n in range(MAX_SENT)]
    assert (told.sent[0].subject, told.sent[0].body) == ("", "hello")


def test_a_secret_is_read_by_who_was_given_it(processes: FunctionProcesses) -> None:
    source = "exports.handler = async (event) => [await decrypt(event.sealed)];"
    assert processes.run(source, {"sealed": "x"}, {"x": "123456"}).result == ["123456"]
    for sealed in ("y", "toString", "__proto__"):
        told = processes.run(source, {"sealed": sealed}, {"x": "123456"})
        assert told.error.startswith("AccessDeniedException")
