"""Settings from the environment fail loudly, naming the variable."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from studyapp.env import env_bool, env_int, env_list


@pytest.mark.parametrize(
    ("raw", "value"), [("1", True), ("Yes", True), ("off", False), ("", False)]
)
def test_yes_and_no(monkeypatch: pytest.MonkeyPatch, raw: str, value: bool) -> None:
    monkeypatch.setenv("STUDYAPP_X", raw)
    assert env_bool("STUDYAPP_X", default=not value) is value


def test_what_is_neither_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDYAPP_X", "maybe")
    with pytest.raises(ImproperlyConfigured, match="STUDYAPP_X='maybe'"):
        env_bool("STUDYAPP_X", default=True)
    with pytest.raises(ImproperlyConfigured, match="STUDYAPP_X='maybe'"):
        env_int("STUDYAPP_X", 1)


def test_defaults_and_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STUDYAPP_X", raising=False)
    assert env_int("STUDYAPP_X", 7) == 7
    assert env_list("STUDYAPP_X", ["a"]) == ["a"]
    monkeypatch.setenv("STUDYAPP_X", " a, ,b ")
    assert env_list("STUDYAPP_X", []) == ["a", "b"]
