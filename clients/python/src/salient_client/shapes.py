"""The answers of the service as types. A service may answer more fields than are named here; none is taken away."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional, TypedDict

Verdict = Literal["encircled", "not_encircled", "uncertain", "unmapped", "inactive"]


class Feature(TypedDict):
    type: str
    id: Any
    geometry: Optional[Dict[str, Any]]
    properties: Dict[str, Any]


class _Features(TypedDict):
    type: str
    features: List[Feature]


class FeatureCollection(_Features, total=False):
    """Features, and what the whole answer says of itself: that of a day has ``date``, that of a change has none."""

    series: str
    date: str
    licence: str
    method: str


class Party(TypedDict):
    id: str
    name: str
    colour: str


class Series(TypedDict):
    id: str
    title: str
    publisher: str
    licence: str
    method: str
    accuracy_m: float
    first_date: Optional[str]
    complete_until: Optional[str]
    parties: List[Party]


# The keys "from" and "to" are words of Python: these two are written as calls.
MatrixEntry = TypedDict("MatrixEntry", {"from": str, "to": str, "km2": float})
Interval = TypedDict("Interval", {"verdict": Verdict, "from": str, "to": Optional[str]})


class Net(TypedDict):
    """What a party or class won in all, in km², and the standard deviation of that figure where it is known."""

    party: str
    km2: float
    sd_km2: Optional[float]


class Change(TypedDict):
    series: str
    matrix: List[MatrixEntry]
    net: List[Net]
    parties: List[Dict[str, Any]]
    theatre_km2: float
    residual_km2: float
    places: List[Dict[str, Any]]
    route: List[Dict[str, Any]]


class Margin(TypedDict):
    strict: Optional[float]
    lenient: Optional[float]
    at_least: bool


class Post(TypedDict):
    operator: str
    number: int
    name: str
    position: List[float]
    verdict: Verdict
    reason: Optional[Literal["contested", "accuracy"]]
    grade: Optional[Literal["open", "narrow"]]
    margin_m: Optional[Margin]
    summary: str


class Encirclement(TypedDict):
    series: str
    date: str
    accuracy_m: float
    posts: List[Post]


class PostHistory(TypedDict):
    series: str
    operator: str
    number: int
    name: str
    intervals: List[Interval]


class Route(TypedDict):
    series: str
    route: str
    length_km: float
    stretches: List[Dict[str, Any]]


class Stored(TypedDict):
    """What a write of reference data did."""

    series: str
    theatre: str
    kind: str
    result: Literal["stored", "unchanged"]
    ids: List[str]
    source: str
