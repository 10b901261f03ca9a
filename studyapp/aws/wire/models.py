"""botocore's service models: read once, an operation's shapes made when it is first called."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.loaders import Loader

from studyapp.aws.wire.shapes import EMPTY, Shape, Shapes

# Patterns of the model that AWS doesn't hold its callers to: a domain of one's own has dots.
_UNENFORCED = {"cognito-idp": ("DomainType",)}


@dataclass(frozen=True, slots=True)
class OperationModel:
    name: str
    input: Shape
    output: Shape
    is_unsigned: bool
    """Whether AWS takes it without a signature."""
    errors: frozenset[str]
    http: dict[str, Any]


class ServiceModel:
    """A service as botocore describes it."""

    def __init__(self, name: str) -> None:
        # Only what botocore brings along: models in somebody's home are none of the sandbox's.
        loader = Loader([Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
        self._model: dict[str, Any] = loader.load_service_model(name, "service-2")
        for shape in _UNENFORCED.get(name, ()):
            del self._model["shapes"][shape]["pattern"]
        self._shapes = Shapes(self._model["shapes"])
        self._operations: dict[str, OperationModel] = {}

    @property
    def names(self) -> list[str]:
        return sorted(self._model["operations"])

    def operation(self, name: str) -> OperationModel | None:
        """None if the service has no such operation."""
        known = self._operations.get(name)
        if known is None and name in self._model["operations"]:
            known = self._operations[name] = self._compiled(name)
        return known

    def status_of(self, code: str) -> int:
        """The HTTP status of an error, by its name."""
        shape: dict[str, Any] = self._model["shapes"].get(code, {})
        if "fault" in shape or code == "InternalErrorException":
            return 500
        status: int = shape.get("error", {}).get("httpStatusCode", 400)
        return status

    def _compiled(self, name: str) -> OperationModel:
        model = self._model["operations"][name]

        def shape(part: str) -> Shape:
            return self._shapes[model[part]["shape"]] if part in model else EMPTY

        return OperationModel(
            name,
            shape("input"),
            shape("output"),
            is_unsigned=model.get("authtype") == "none",
            errors=frozenset(error["shape"] for error in model.get("errors", ())),
            http=model.get("http", {}),
        )


@cache
def service_model(name: str) -> ServiceModel:
    return ServiceModel(name)
