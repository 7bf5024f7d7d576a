"""Dumps in the form of MediaWiki: a header and any number of pages."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

__all__ = ["HEAD", "TAIL", "dump_of", "page", "pages_of_every_sort"]

HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="0.11" xml:lang="bn">
  <siteinfo>
    <sitename>উইকিপিডিয়া</sitename>
    <dbname>bnwiki</dbname>
    <base>https://bn.wikipedia.org/wiki/%E0%A6%AA%E0%A7%8D%E0%A6%B0%E0%A6%A7%E0%A6%BE%E0%A6%A8_%E0%A6%AA%E0%A6%BE%E0%A6%A4%E0%A6%BE</base>
    <generator>MediaWiki 1.43.0</generator>
    <case>first-letter</case>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="1" case="first-letter">আলাপ</namespace>
      <namespace key="6" case="first-letter">চিত্র</namespace>
      <namespace key="10" case="first-letter">টেমপ্লেট</namespace>
      <namespace key="14" case="first-letter">বিষয়শ্রেণী</namespace>
    </namespaces>
  </siteinfo>
"""
TAIL = "</mediawiki>\n"


def page(number: int, title: str, text: str, *, namespace: int = 0, redirect: str = "") -> str:
    """A page in the form of a dump."""
    to = f'\n    <redirect title="{escape(redirect)}" />' if redirect else ""
    return f"""  <page>
    <title>{escape(title)}</title>
    <ns>{namespace}</ns>
    <id>{number}</id>{to}
    <revision>
      <id>{number + 1000}</id>
      <timestamp>2024-02-21T08:00:00Z</timestamp>
      <contributor><username>সম্পাদক</username><id>7</id></contributor>
      <model>wikitext</model>
      <format>text/x-wiki</format>
      <text bytes="{len(text.encode())}" xml:space="preserve">{escape(text)}</text>
      <sha1>x</sha1>
    </revision>
  </page>
"""


def dump_of(pages: Iterable[str]) -> str:
    """A whole dump."""
    return HEAD + "".join(pages) + TAIL


def pages_of_every_sort(count: int) -> Iterator[str]:
    """Articles, and among every ten a redirect, a talk page and a template."""
    for number in range(1, count + 1):
        match number % 10:
            case 3:
                yield page(number, f"পুনর্নির্দেশ {number}", "#পুনর্নির্দেশ [[নদী]]", redirect="নদী")
            case 5:
                yield page(number, f"আলাপ:নদী {number}", "কেন?", namespace=1)
            case 7:
                yield page(number, f"টেমপ্লেট:তথ্যছক {number}", "{{{নাম}}}", namespace=10)
            case _:
                yield page(number, f"নদী {number}", ARTICLE.replace("NUMBER", str(number)))


ARTICLE = """{{তথ্যছক নদী|নাম=পদ্মা NUMBER|দৈর্ঘ্য={{রূপান্তর|১২০|কিমি}}}}
'''পদ্মা NUMBER''' ({{lang-en|Padma}}) [[বাংলাদেশ]]ের একটি [[নদী|প্রধান নদী]]।\
<ref>{{বই উদ্ধৃতি|শিরোনাম=অদৃশ্য}}</ref> এটি ''গঙ্গা'' থেকে আসে।
[[চিত্র:Padma.jpg|thumb|ছবির [[লেখা]]]]

== ইতিহাস ==
* প্রথম কথা
* দ্বিতীয় কথা

{| class="wikitable"
! সারি !! মান
|-
| ১ || ২
|}
শেষ অনুচ্ছেদ &amp; আরও &nbsp;কথা।<!-- অদৃশ্য -->
__NOTOC__
[[বিষয়শ্রেণী:বাংলাদেশের নদী]]
[[en:Padma River]]
"""
