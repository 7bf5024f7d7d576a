"""Polite requests to a site: robots.txt, a pause between requests, redirects within the site, one retry."""

import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from typing import Final

from protego import Protego

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.budget import crawl_bytes
from onneshon.index.ingest.crawling.address import Address
from onneshon.index.ingest.crawling.network import Answer, Network, UnansweredError

REFUSED: Final = "refused by robots.txt"
"""The note of a page that robots.txt does not allow programs to request."""

_NAME: Final = "onneshon"
_ROBOTS_BYTES: Final = 512 << 10
"""Most bytes of robots.txt; RFC 9309 requires at least 500 KiB."""
_MOST_REDIRECTS: Final = 5
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
LATER: Final = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses of answers that may be different on a retry."""
_LONGEST_PAUSE: Final = 60.0
"""Most seconds between two requests that robots.txt, or an answer, may ask for."""
_DIGITS: Final = re.compile(r"[0-9]{1,9}")


class PassedOverError(Exception):
    """An address that is skipped, as it is not that of a page of the site; counted under the message."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock, which tests replace.

    Attributes:
        now: returns the seconds since 1970.
        passed: returns monotonic seconds.
        sleep: waits for the given seconds.
    """

    now: Callable[[], float] = time.time
    passed: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep


def agent() -> str:
    """The User-Agent: the name that robots.txt may use for us, and the version."""
    try:
        number = version("onneshon")
    except PackageNotFoundError:
        number = "0"
    return f"{_NAME}/{number} (full-text search of Bengali; asks for what is new on a site for its index)"


class Visitor:
    """Requests pages of a site within the limits that its owner sets.

    Args:
        network: the network that sends the requests.
        hosts: the hosts that may be asked, redirects included.
        delay: seconds between two requests to a host; a longer delay in robots.txt takes precedence.
        clock: the clock to use.
    """

    def __init__(self, network: Network, hosts: frozenset[str], delay: float, clock: Clock) -> None:
        self._network = network
        self._hosts = hosts
        self._delay = delay
        self._clock = clock
        self._robots: dict[str, Protego] = {}
        self._last: dict[str, float] = {}
        self._asked = 0
        self._received = 0

    def get(self, address: Address, versions: Mapping[str, str], most: int) -> Answer:
        """Request an address, following redirects.

        Args:
            address: the address of a page or a list.
            versions: headers that name the stored version, so that it is not sent again.
            most: most bytes of the body.

        Raises:
            PassedOverError: the address may not be requested, or leads to another host.
            CorpusError: the request failed; ``UnansweredError`` if a later retry may succeed.
        """
        for redirects in count():
            self._check(address)
            answer = self._answered(address, versions, most)
            target = answer.headers.get("location", "")
            if answer.status not in _MOVED or not target:
                return answer
            if redirects == _MOST_REDIRECTS:
                raise CorpusError(address.url, "http", f"more than {_MOST_REDIRECTS} redirects")
            address = self._led(address, target)
        raise AssertionError

    def sitemaps(self, address: Address) -> list[str]:
        """The sitemaps that robots.txt of a host names."""
        return list(self._rules(address).sitemaps)

    def _check(self, address: Address) -> None:
        if address.host not in self._hosts:
            raise PassedOverError("on another host")
        if not self._rules(address).can_fetch(address.url, _NAME):
            raise PassedOverError(REFUSED)

    def _led(self, address: Address, target: str) -> Address:
        """The address that a redirect leads to, which has to be within the site."""
        try:
            led = address.leading(target)
        except CorpusError as error:
            raise PassedOverError("leads to what is no page") from error
        if led.host not in self._hosts:
            raise PassedOverError(f"leads to {led.origin}")
        return led

    def _rules(self, address: Address) -> Protego:
        """The rules in robots.txt of an origin; without a robots.txt everything may be requested."""
        if address.origin not in self._robots:
            self._robots[address.origin] = Protego.parse(self._robots_text(address))
        return self._robots[address.origin]

    def _robots_text(self, address: Address) -> str:
        robots = address._replace(target="/robots.txt")
        for _redirect in range(_MOST_REDIRECTS):
            answer = self._answered(robots, {}, _ROBOTS_BYTES)
            target = answer.headers.get("location", "")
            if answer.status not in _MOVED or not target:
                break
            try:
                robots = self._led(robots, target)
            except PassedOverError:
                return ""  # like a missing one
        if answer.status in LATER or answer.status >= 500:  # noqa: PLR2004  # of the server's own faults
            reason = f"robots.txt answers {answer.status}, which asks programs to stay away: try again later"
            raise UnansweredError(robots.url, reason)
        return answer.body.read_text("utf-8-sig", "replace") if answer.status == 200 else ""  # noqa: PLR2004  # of HTTP

    def _answered(self, address: Address, versions: Mapping[str, str], most: int) -> Answer:
        """The answer to a request, or to one retry after no answer or one that asks to try again."""
        try:
            answer = self._ask(address, versions, most)
        except UnansweredError:
            return self._ask(address, versions, most)
        if answer.status in LATER:
            wanted = answer.headers.get("retry-after", "")
            pause = float(wanted) if _DIGITS.fullmatch(wanted) else self._pause(address)
            self._clock.sleep(min(pause, _LONGEST_PAUSE))
            return self._ask(address, versions, most)
        return answer

    def _ask(self, address: Address, versions: Mapping[str, str], most: int) -> Answer:
        self._wait(address)
        self._asked += 1
        headers = {"User-Agent": agent(), "Accept-Encoding": "gzip", **versions}
        try:
            answer = self._network.get(address, headers, most)
        finally:
            self._last[address.host] = self._clock.passed()
        self._received += answer.size
        if self._received > crawl_bytes(self._asked):
            reason = "the site sends more than a MiB a page on average: nothing more is asked for"
            raise CorpusError(address.url, "budget", reason, ends_source=True)
        return answer

    def _wait(self, address: Address) -> None:
        last = self._last.get(address.host)
        if last is not None and (left := last + self._pause(address) - self._clock.passed()) > 0:
            self._clock.sleep(left)

    def _pause(self, address: Address) -> float:
        rules = self._robots.get(address.origin)
        asked = 0.0
        if rules:
            with suppress(TypeError, ValueError):
                asked = float(rules.crawl_delay(_NAME) or 0)
        return max(self._delay, min(asked, _LONGEST_PAUSE))
