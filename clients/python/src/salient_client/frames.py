"""GeoDataFrames, where GeoPandas is installed (``pip install geopandas``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .shapes import FeatureCollection

if TYPE_CHECKING:
    GeoDataFrame = Any


def to_geodataframe(collection: FeatureCollection) -> "GeoDataFrame":
    """A collection as a GeoDataFrame in EPSG:4326 (lon, lat), with the ids of its features in the column ``id``.

    Raises ImportError when GeoPandas is not installed.
    """
    try:
        import geopandas
        from shapely.geometry import shape
    except ImportError as missing:
        raise ImportError("GeoDataFrames need GeoPandas: pip install geopandas") from missing
    features = collection["features"]
    rows = [{"id": feature.get("id"), **feature["properties"]} for feature in features]
    shapes = [shape(feature["geometry"]) if feature.get("geometry") else None for feature in features]
    return geopandas.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326")
