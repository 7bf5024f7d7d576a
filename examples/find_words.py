"""Search articles in memory: inflected, misspelt in Latin letters, as a phrase, with operators."""

from onneshon import Article, Engine

ARTICLES = [
    Article("ভাষা", "ভাষা আন্দোলন", "ঢাকার ছাত্ররা বাংলা ভাষার দাবিতে মিছিল করেন।"),
    Article("নদী", "নদীর দেশ", "বাংলাদেশের নদীগুলো বর্ষায় দুকূল ছাপায়।"),
    Article("ছাত্র", "ছাত্রজীবন", "মিছিল নয়, পড়ার টেবিলেই তাঁর দিন কাটে।"),
]

with Engine.of(ARTICLES) as engine:
    for query in ("বাংলাদেশ", "bangladesher", '"ভাষার দাবি"', "+মিছিল -ভাষা"):
        page = engine.search(query)
        understood = f" (read as {page.understanding.understood})" if page.understanding else ""
        print(f"{query}{understood}:", [hit.id for hit in page.hits])

# prints:
# বাংলাদেশ: ['নদী']
# bangladesher (read as বাংলাদেশের): ['নদী']
# "ভাষার দাবি": ['ভাষা']
# +মিছিল -ভাষা: ['ছাত্র']
