"""Search a served index over HTTP: start ``onneshon serve``, then ``python examples/http_client.py``."""

import json
import os
from urllib.parse import urlencode
from urllib.request import urlopen

ADDRESS = os.environ.get("ONNESHON_ADDRESS", "http://127.0.0.1:8000")

query = urlencode({"q": "ভাষা আন্দোলন", "limit": 1})
with urlopen(f"{ADDRESS}/api/v1/search?{query}") as answer:
    page = json.load(answer)

print(page["total"] >= len(page["hits"]))
for hit in page["hits"]:
    print(hit["id"], hit["title"])

# prints:
# True
# history-01-bhasha-andolon রক্তে লেখা বর্ণমালা: ভাষা আন্দোলনের পথরেখা
