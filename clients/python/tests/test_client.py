"""Against a running service that holds the series m5: SALIENT_URL says where, SALIENT_TOKEN may write to it."""

import os
import socket
import unittest
from datetime import date
from threading import Thread

from salient_client import Salient, SalientError, to_geodataframe

client = Salient(os.environ.get("SALIENT_URL", "http://127.0.0.1:8080"), token=os.environ.get("SALIENT_TOKEN"))
SERIES = os.environ.get("SALIENT_CLIENT_SERIES", "python-client")


def area(party: str, west: float, east: float) -> dict:
    ring = [[west, 44], [east, 44], [east, 45], [west, 45], [west, 44]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"party": party}, "geometry": geometry}


def cut_off(listening: socket.socket) -> None:
    """Answers one question by the beginning of an answer."""
    connection, _ = listening.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[")


class Reading(unittest.TestCase):
    def test_the_series_says_its_licence_and_accuracy(self) -> None:
        (m5,) = [one for one in client.series() if one["id"] == "m5"]
        self.assertEqual((m5["licence"], m5["accuracy_m"]), ("CC BY-SA 4.0", 1300))

    def test_control_is_a_collection_of_parties(self) -> None:
        control = client.control("m5", date(2020, 1, 28))
        parties = {feature["properties"]["party"] for feature in control["features"]}
        self.assertTrue({"government", "opposition"} <= parties)

    def test_what_a_party_gains_the_others_lose(self) -> None:
        change = client.change("m5", "2019-12-15", "2020-02-15")
        passed = sum(entry["km2"] for entry in change["matrix"] if entry["from"] != entry["to"])
        self.assertGreater(passed, 100)
        self.assertAlmostEqual(sum(entry["km2"] for entry in change["matrix"]), change["theatre_km2"], places=2)
        self.assertTrue(client.patches("m5", "2019-12-15", "2020-02-15")["features"])

    def test_morek_was_encircled(self) -> None:
        (morek,) = [post for post in client.encirclement("m5", "2019-08-24")["posts"] if post["number"] == 9]
        self.assertEqual(morek["verdict"], "encircled")
        intervals = client.post("m5", 9)["intervals"]
        self.assertIn("encircled", [interval["verdict"] for interval in intervals])

    def test_the_road_is_covered_from_end_to_end(self) -> None:
        road = client.route("m5", "M5", "2020-02-11")
        self.assertAlmostEqual(road["stretches"][-1]["to_km"], road["length_km"], places=3)

    def test_pages_are_followed_to_the_end(self) -> None:
        pages = [feature["id"] for feature in client.items("m5_place", datetime="2020-01-28", limit=20)]
        self.assertEqual(len(pages), len(client.places("m5", "2020-01-28")["features"]))
        self.assertEqual(len(set(pages)), len(pages))
        self.assertIn(b"Morek", client.file("m5_place", "csv", datetime="2020-01-28", limit=500))

    def test_what_is_refused_says_why(self) -> None:
        with self.assertRaises(SalientError) as refused:
            client.control("nowhere", "2020-01-28")
        self.assertEqual((refused.exception.status, refused.exception.code), (404, "unknown_series"))
        with self.assertRaises(SalientError) as away:
            Salient("http://127.0.0.1:1").series()
        self.assertEqual(away.exception.code, "unavailable")
        with socket.create_server(("127.0.0.1", 0)) as listening:
            Thread(target=cut_off, args=[listening], daemon=True).start()
            with self.assertRaises(SalientError) as cut:
                Salient(f"http://127.0.0.1:{listening.getsockname()[1]}").series()
        self.assertEqual(cut.exception.code, "unavailable")

    def test_frames_or_what_they_need(self) -> None:
        places = client.places("m5", "2020-01-28")
        try:
            import geopandas  # noqa: F401
        except ImportError:
            with self.assertRaisesRegex(ImportError, "pip install geopandas"):
                to_geodataframe(places)
            return
        frame = to_geodataframe(places)
        self.assertEqual((len(frame), frame.crs.to_epsg()), (len(places["features"]), 4326))
        self.assertEqual(list(frame["id"]), [feature["id"] for feature in places["features"]])


class Writing(unittest.TestCase):
    def test_a_map_gets_towns_posts_and_a_road(self) -> None:
        collection = {"type": "FeatureCollection", "features": [area("west", 11, 11.7), area("east", 11.7, 12.5)]}
        words = {"title": "Ours", "publisher": "Us", "licence": "CC0-1.0", "accuracy": 500}
        stored = client.import_map(
            SERIES, collection, "us", date=date(2024, 5, 1), party_property="party", create=True, **words
        )
        self.assertEqual([one["result"] for one in stored["snapshots"]], ["stored"])
        self.assertIn("bologna", client.fill_gazetteer(SERIES, min_population=20_000)["ids"])
        table = b"name,lon,lat,kind\nMonte Sole,11.2,44.3,hill\n"
        self.assertEqual(client.add_places(SERIES, table, source="us")["ids"], ["monte-sole"])
        posts = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": None, "properties": {"place": "Faenza"}}]}
        self.assertEqual(client.add_posts(SERIES, posts, "west", date(2024, 4, 1), "us")["ids"], ["west/1"])
        self.assertEqual(client.add_routes(SERIES, b"id,via\nSS9,Imola;Bologna\n", source="us")["result"], "stored")
        (post,) = client.encirclement(SERIES, "2024-05-01")["posts"]
        self.assertEqual(post["verdict"], "encircled")

    def test_a_stranger_writes_nothing(self) -> None:
        with self.assertRaises(SalientError) as refused:
            Salient(client.base_url).add_parties(SERIES, b"name\nRed\n", source="us")
        self.assertIn(refused.exception.status, (401, 403))


if __name__ == "__main__":
    unittest.main()
