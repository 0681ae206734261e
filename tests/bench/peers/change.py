"""Seconds that GeoPandas takes for what passed between two days: python change.py DATABASE_URL FROM TO PROJECTION."""
import sys, time
import geopandas
from sqlalchemy import create_engine

url, before, after, projection = sys.argv[1:5]
engine = create_engine(url.replace("postgres://", "postgresql+psycopg2://"))


def held(day):
    rows = geopandas.read_postgis(
        f"select party, status, geom from peer_control where valid_on = (select max(valid_on) from peer_control where valid_on <= '{day}')",
        engine, geom_col="geom")
    return rows.to_crs(projection)


took = []
for _ in range(3):
    since = time.perf_counter()
    a, b = held(before), held(after)
    geopandas.overlay(a, b, how="intersection", keep_geom_type=True).area.sum()
    took.append(time.perf_counter() - since)
print(1000 * sorted(took)[1])
