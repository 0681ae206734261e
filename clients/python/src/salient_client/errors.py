"""What a service refuses, and why."""

from __future__ import annotations

from typing import Any, List, Optional, TypedDict


class Problem(TypedDict, total=False):
    """One thing that is wrong with an input: where it stands (a JSON pointer) and where on earth (lon, lat)."""

    code: str
    at: str
    where: List[float]
    message: str


class SalientError(Exception):
    """The service refused a question or a write; ``code`` is of the closed list in the documentation of the API."""

    def __init__(self, status: Optional[int], code: str, message: str, problems: List[Problem]) -> None:
        super().__init__(f"{message} ({code})")
        self.status = status
        self.code = code
        self.message = message
        self.problems = problems

    @classmethod
    def of_answer(cls, status: int, body: Any) -> "SalientError":
        if isinstance(body, dict) and "code" in body:
            return cls(status, str(body["code"]), str(body.get("message", "")), list(body.get("problems") or []))
        return cls(status, "http_error", f"the service answered with status {status}", [])
