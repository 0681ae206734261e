"""The client: one method a question, one a write."""

from __future__ import annotations

import json
from datetime import date as Day
from datetime import datetime as Instant
from http.client import HTTPException
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Union, cast
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urljoin
from urllib.request import Request, urlopen

from .errors import SalientError
from .shapes import Change, Encirclement, Feature, FeatureCollection, PostHistory, Route, Series, Stored

Date = Union[str, Day]
Known = Union[str, Instant, None]
Source = Union[str, Path, bytes, Mapping[str, Any]]
Word = Union[str, int, float, bool, Day, Instant, None]


class Salient:
    """A service at ``base_url``. ``token`` (made by ``salient token create``) is needed for writing only."""

    def __init__(self, base_url: str = "http://127.0.0.1:8080", token: Optional[str] = None, timeout: float = 60) -> None:
        self.base_url = base_url.rstrip("/")
        self.token = token
        self.timeout = timeout

    def series(self) -> List[Series]:
        """Every series with its licence, accuracy and parties."""
        return cast(List[Series], self._get("/series"))

    def dates(self, series: str, known_at: Known = None) -> Dict[str, Any]:
        """The days on which the map of a series changes."""
        return cast(Dict[str, Any], self._get(f"/series/{quote(series, safe='')}/dates", known_at=known_at))

    def control(self, series: str, date: Date, known_at: Known = None, cells: bool = False) -> FeatureCollection:
        """Who controlled the ground: one MultiPolygon a party and status; with ``cells`` each area by itself."""
        return self._features("/control", series=series, date=date, known_at=known_at, cells=cells or None)

    def places(self, series: str, date: Date, known_at: Known = None) -> FeatureCollection:
        """Who held each place, since when, and where its position comes from."""
        return self._features("/places", series=series, date=date, known_at=known_at)

    def front(self, series: str, date: Date, known_at: Known = None) -> FeatureCollection:
        """Where opposing parties meet, with lengths."""
        return self._features("/front", series=series, date=date, known_at=known_at)

    def change(self, series: str, start: Date, end: Date, known_at: Known = None) -> Change:
        """What passed from whom to whom between two days, in km²."""
        return cast(Change, self._get("/change", **{"series": series, "from": start, "to": end, "known_at": known_at}))

    def patches(self, series: str, start: Date, end: Date, known_at: Known = None) -> FeatureCollection:
        """The ground that changed between two days."""
        words = {"series": series, "from": start, "to": end, "known_at": known_at, "f": "geojson"}
        return self._features("/change", **words)

    def encirclement(self, series: str, date: Date, known_at: Known = None) -> Encirclement:
        """The verdict on every post on a day."""
        return cast(Encirclement, self._get("/encirclement", series=series, date=date, known_at=known_at))

    def post(self, series: str, number: int, operator: Optional[str] = None, known_at: Known = None) -> PostHistory:
        """The verdicts on one post over the series, as half-open intervals."""
        path = f"/posts/{number}/encirclement"
        return cast(PostHistory, self._get(path, series=series, operator=operator, known_at=known_at))

    def route(self, series: str, route: str, date: Date, known_at: Known = None) -> Route:
        """Who held each stretch of a route."""
        path = f"/routes/{quote(route, safe='')}"
        return cast(Route, self._get(path, series=series, date=date, known_at=known_at))

    def claims(self, series: Optional[str] = None, place: Optional[str] = None, known_at: Known = None) -> FeatureCollection:
        """What was claimed of places, with sources."""
        return self._features("/claims", series=series, place=place, known_at=known_at)

    def events(
        self,
        series: Optional[str] = None,
        start: Optional[Date] = None,
        end: Optional[Date] = None,
        kind: Optional[str] = None,
        known_at: Known = None,
    ) -> FeatureCollection:
        """What happened in [start, end), with sources."""
        words = {"series": series, "from": start, "to": end, "kind": kind, "known_at": known_at}
        return self._features("/events", **words)

    def items(self, collection: str, **words: Word) -> Iterator[Feature]:
        """Every feature of a collection of ``/ogc``, page after page: ``datetime``, ``bbox``, ``filter``, ``limit`` (of a page), …"""
        address: Optional[str] = self._address(f"/ogc/collections/{quote(collection, safe='')}/items", words)
        while address is not None:
            page = json.loads(self._send(Request(address)))
            yield from cast(List[Feature], page["features"])
            links = page.get("links", [])
            following = next((link["href"] for link in links if link.get("rel") == "next"), None)
            address = None if following is None else urljoin(address, following)

    def file(self, collection: str, f: str, **words: Word) -> bytes:
        """A whole page of a collection as a file: ``csv``, ``gpkg``, ``fgb`` and what else ``f`` may be."""
        path = f"/ogc/collections/{quote(collection, safe='')}/items"
        return self._send(Request(self._address(path, {"f": f, **words})))

    def import_map(self, series: str, file: Source, source: str, **words: Word) -> Dict[str, Any]:
        """Imports a map of any format that is read. ``words`` are those of the route: ``date``, ``party_property``, ``create``, …"""
        return cast(Dict[str, Any], self._post(series, "snapshots", file, source=source, **words))

    def add_parties(self, series: str, rows: Source, source: Optional[str] = None) -> Stored:
        """Adds or changes parties of an imported series, from GeoJSON or CSV."""
        return cast(Stored, self._post(series, "parties", rows, source=source))

    def add_places(self, series: str, rows: Source, source: Optional[str] = None) -> Stored:
        """Adds or changes places of an imported series, from GeoJSON or CSV."""
        return cast(Stored, self._post(series, "places", rows, source=source))

    def fill_gazetteer(self, series: str, min_population: Optional[int] = None) -> Stored:
        """Adds the towns of GeoNames (CC BY 4.0) inside the theatre."""
        return cast(Stored, self._post(series, "places/gazetteer", b"", min_population=min_population))

    def add_routes(self, series: str, rows: Source, source: Optional[str] = None) -> Stored:
        """Adds or changes routes of an imported series, from GeoJSON or CSV."""
        return cast(Stored, self._post(series, "routes", rows, source=source))

    def add_posts(
        self,
        series: str,
        rows: Source,
        operator: Optional[str] = None,
        since: Optional[Date] = None,
        source: Optional[str] = None,
    ) -> Stored:
        """Adds or changes posts of an imported series, from GeoJSON or CSV."""
        return cast(Stored, self._post(series, "posts", rows, operator=operator, since=since, source=source))

    def _features(self, path: str, **words: Word) -> FeatureCollection:
        return cast(FeatureCollection, self._get(path, **words))

    def _get(self, path: str, **words: Word) -> Any:
        return json.loads(self._send(Request(self._address(path, words))))

    def _post(self, series: str, what: str, file: Source, **words: Word) -> Any:
        address = self._address(f"/series/{quote(series, safe='')}/{what}", words)
        body = _bytes_of(file)
        kind = "application/geo+json" if body[:1] == b"{" else "application/octet-stream"
        return json.loads(self._send(Request(address, data=body, headers={"content-type": kind}, method="POST")))

    def _address(self, path: str, words: Mapping[str, Word]) -> str:
        given = {name.replace("_", "-"): _text(value) for name, value in words.items() if value is not None}
        return f"{self.base_url}{path}{'?' if given else ''}{urlencode(given)}"

    def _send(self, request: Request) -> bytes:
        if self.token is not None:
            request.add_header("authorization", f"Bearer {self.token}")
        request.add_header("accept", "application/geo+json, application/json, */*")
        try:
            with urlopen(request, timeout=self.timeout) as response:
                return cast(bytes, response.read())
        except HTTPError as refused:
            text = refused.read()
            try:
                body = json.loads(text)
            except ValueError:
                body = None
            raise SalientError.of_answer(refused.code, body) from refused
        except (OSError, HTTPException) as away:  # refused, timed out, or cut off while the answer was read
            why = getattr(away, "reason", None) or away
            raise SalientError(None, "unavailable", f"{self.base_url} does not answer: {why}", []) from away


def _text(value: Word) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, Day) else str(value)


def _bytes_of(file: Source) -> bytes:
    if isinstance(file, bytes):
        return file
    if isinstance(file, Mapping):
        return json.dumps(file).encode()
    return Path(file).read_bytes()
