"""Put the search page into a Flask application, below a path of its own."""

from flask import Flask

from onneshon import Article, Engine
from onneshon.adapters.flask import blueprint

engine = Engine.of([Article(id="1", title="পদ্মার ইলিশ")])
app = Flask(__name__)
app.register_blueprint(blueprint(engine, url_prefix="/khoj"))

client = app.test_client()
print(client.get("/khoj/search?q=ইলিশ").status_code)
print(client.get("/khoj/api/v1/search?q=ইলিশ&fields=title").get_json()["hits"])

# prints:
# 200
# [{'id': '1', 'title': 'পদ্মার ইলিশ'}]
