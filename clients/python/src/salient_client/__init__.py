"""Reads dated maps of control, change and encirclement from a Salient service.

Dates are calendar days (``datetime.date`` or ``YYYY-MM-DD``), coordinates longitude and latitude (CRS84), areas km² and
lengths as the name of the field says. Absence is ``None``, never 0.
"""

from .client import Salient
from .errors import Problem, SalientError
from .frames import to_geodataframe
from .shapes import Change, Encirclement, Feature, FeatureCollection, Interval, Net, PostHistory, Route, Series, Stored

__all__ = [
    "Change",
    "Encirclement",
    "Feature",
    "FeatureCollection",
    "Interval",
    "Net",
    "PostHistory",
    "Problem",
    "Route",
    "Salient",
    "SalientError",
    "Series",
    "Stored",
    "to_geodataframe",
]
