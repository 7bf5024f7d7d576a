"""The application as served: the engine, kept fresh, with monitoring, publishing and the editors' desk."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Flask

from onneshon.index.commands.terminal import configuration_of
from onneshon.index.configuration import FACETS
from onneshon.index.errors import ConfigurationError
from onneshon.index.remote import Location, site_directory
from onneshon.index.replication.following import ReplicaState, read_state
from onneshon.index.replication.store import open_store
from onneshon.index.storage.durable import cores
from onneshon.index.storage.generations import Generations
from onneshon.search import OnneshonError, PinFile, SearchEngine, SearchRequest, open_engine
from onneshon.search.engine.searching import TIME_LIMIT
from onneshon.web.access.guard import RateLimit
from onneshon.web.alerts.mail import read_alerts
from onneshon.web.alerts.routes import alert_routes
from onneshon.web.alerts.store import AlertStore
from onneshon.web.app import create_app, load_templates
from onneshon.web.connections import Admits
from onneshon.web.desk.desk import Desk
from onneshon.web.desk.releases import Releases
from onneshon.web.desk.routes import desk_routes
from onneshon.web.desk.sessions import Sessions
from onneshon.web.desk.store import DeskStore
from onneshon.web.live import LiveEngine, join_pages
from onneshon.web.middleware.hosts import Hosts
from onneshon.web.operations.monitoring import Metrics
from onneshon.web.operations.replica import ReplicaCollector, reads_own_writes
from onneshon.web.operations.watching import AccessLog
from onneshon.web.publishing.publisher import KeptProcess, Publisher
from onneshon.web.publishing.routes import MAX_BODY
from onneshon.web.searches.counting import SearchCounter, read_counting
from onneshon.web.searches.store import SearchStore
from onneshon.web.site.palette import LookFile
from onneshon.web.site.settings import PublicAddress, Site, read_site
from onneshon.web.threads import WorkerThreads

if TYPE_CHECKING:
    from onneshon.web.operations.watching import Observer

VERIFY_SECONDS: Final = 600
"""Minimum interval between whole reads of generations, which follow fast where articles come one by one."""

_OF_EVERY_KIND: Final = (
    "বাংলাদেশের নদী",
    "+বাংলাদেশ +ঢাকা",
    '"বাংলাদেশের মানুষ"',
    "বাংলা* -নদী",
    "bangladesher itihas",
    "বাংলাদেষ সরকারর",
)
"""One query of each kind: together they load everything that is loaded at first use."""

SIGN_INS: Final = 0.1
SIGN_IN_BURST: Final = 5
"""Attempts to sign in at the desk from one address: how many a second, and how many at once."""

ALERTS: Final = 0.02
ALERT_BURST: Final = 10
"""Alerts that one network address may ask for: how many a second, and how many at once."""

RATE: Final = 50.0
"""Default number of write requests a second for each key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is served, and how.

    Attributes:
        location: the index, a directory or an address; need not exist yet.
        listening: the address that the server listens on; requests may name it as their host.
        public_names: further host names that requests may use, such as that of a proxy.
        origins: origins of other sites whose pages may read the API.
        metrics: whether ``/metrics`` is served.
        access_log: a file that gets one line per request, ``-`` for standard error; empty for none.
        keys: file with the keys of clients that may put articles in; None where nobody may.
        limit: how often each key may be used to write; made before the fork, so that processes share it.
        private: whether reading needs a key too.
        follows: address of the object store whose live generation the index follows; empty for none.
        pushes: address of the object store that gets each generation published here; empty for none.
        address: where a proxy shows the site; None for what ``[site]`` of ``onneshon.toml`` says.
        costly: costly queries that are answered at a time; others wait for their turn.
        threads: the threads that answer requests.
        counter: counts searches; made before the fork, so that processes share it.
        sign_ins: how often a network address may try to sign in at the desk; shared like ``limit``.
        alerts: how often a network address may ask for an alert; shared like ``limit``.
        time_limit: seconds one search may take; None for no limit.
    """

    location: Location
    listening: str = "127.0.0.1"
    public_names: Sequence[str] = ()
    origins: Sequence[str] = ()
    metrics: bool = False
    access_log: str = ""
    keys: Path | None = None
    limit: RateLimit = field(default_factory=lambda: RateLimit(RATE))
    private: bool = False
    follows: str = ""
    pushes: str = ""
    address: PublicAddress | None = None
    costly: int = field(default_factory=lambda: max(1, cores() // 2))
    threads: WorkerThreads = field(default_factory=WorkerThreads)
    counter: SearchCounter | None = None
    sign_ins: RateLimit = field(default_factory=lambda: RateLimit(SIGN_INS, SIGN_IN_BURST))
    alerts: RateLimit = field(default_factory=lambda: RateLimit(ALERTS, ALERT_BURST))
    time_limit: float | None = TIME_LIMIT

    @property
    def directory(self) -> Path | None:
        """The directory of the index; None for an index at an address, which has no files here."""
        return self.location if isinstance(self.location, Path) else None

    def shared_directory(self, what: str) -> Path:
        """The directory of an index that is pushed to or follows a store; without one, ConfigurationError."""
        if self.directory is None:
            raise ConfigurationError(None, "", f"{what} a directory, and {self.location} is none")
        return self.directory

    def new_counter(self) -> SearchCounter | None:
        """The counter of searches; None where the site wants none counted.

        Raises:
            ConfigurationError: the site's settings for counting are invalid.
        """
        counting = read_counting(configuration_of(self.location).path, self.site().searches)
        store = SearchStore(site_directory(self.location))
        return SearchCounter(counting, store) if counting.count else None

    def site(self) -> Site:
        """The site whose pages are served.

        Raises:
            ConfigurationError: ``onneshon.toml`` next to the index cannot be read, or a setting of the site
                in it is invalid.
        """
        configuration = configuration_of(self.location)
        site = read_site(configuration)
        read_counting(configuration.path, site.searches)
        read_alerts(configuration.path, site.alerts)
        return replace(site, address=self.address) if self.address else site


class Service:
    """An application, and the threads and processes that have to run along with it.

    Args:
        settings: what is served, and how.

    Attributes:
        app: the application; its engine is opened now, or once there is an index.
        publisher: accepts articles; None where nobody may put any in.
        address: where a proxy shows the site.

    Raises:
        ConfigurationError: the settings of the site cannot be read.
        OSError: the access log cannot be written.
        OnneshonError: the keys cannot be read, or the queue cannot be made.
        ValueError: the settings say ``private`` but name no keys.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.private and settings.keys is None:
            raise ValueError("who may read is said by keys, and there are none")
        for store in filter(None, (settings.follows, settings.pushes)):
            open_store(store)  # reports an invalid address before anything is served
        self._settings = settings
        self._site = settings.site()
        self.address = self._site.address
        self._live = LiveEngine(self._open, verify_interval=VERIFY_SECONDS, replica=self._replica_state)
        self._replica = self._followed()
        self.look = LookFile(site_directory(settings.location), self._site.palette)
        self.counter = settings.counter or settings.new_counter()
        metrics = Metrics(self._live, partial(_built, settings.directory)) if settings.metrics else None
        if metrics:
            metrics.add(ReplicaCollector(self._replica_state))
        self.publisher = self._publisher(metrics)
        self.desk, self.releases = self._desk()
        self.app = self._application(metrics)

    def _publisher(self, metrics: Metrics | None) -> Publisher | None:
        keys, pushes = self._settings.keys, self._settings.pushes
        if keys is None:
            return None
        if pushes:
            self._settings.shared_directory(f"what goes to {pushes} is in")
        return Publisher(
            self._settings.location,
            keys,
            self._settings.limit,
            metrics,
            pushes,
            aside=self._settings.threads.aside,
        )

    def _followed(self) -> KeptProcess | None:
        """The process that keeps the index at the live generation of a store; None where it follows none."""
        store = self._settings.follows
        if not store:
            return None
        directory = self._settings.shared_directory(f"what comes from {store} needs")
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return KeptProcess(["follow", str(directory), store], directory / "keeper.lock", "follows the store")

    def _replica_state(self) -> ReplicaState | None:
        directory = self._settings.directory
        return read_state(directory) if directory else None

    def _desk(self) -> tuple[Desk | None, Releases | None]:
        """The editors' desk, and the thread that publishes articles at their time; None without keys."""
        publisher, settings = self.publisher, self._settings
        if publisher is None:
            return None, None
        directory = site_directory(settings.location)
        store = DeskStore(directory)
        desk = Desk(
            sessions=Sessions(publisher.keys, store, settings.sign_ins),
            store=store,
            queue=publisher.queue,
            pins=PinFile(directory),
            look=self.look,
            searches=SearchStore(directory),
            counting=self.counter is not None,
            checks=publisher.checks(private=settings.private),
            records=publisher.records,
        )
        return desk, Releases(publisher.queue, store, self._found)

    def _found(self, article_id: str) -> str:
        """The generation that answers now, if it has the article; empty if not or if there is no engine."""
        try:
            engine = self._live.current()
            engine.article(article_id)
        except OnneshonError:
            return ""
        return engine.health.generation

    def _application(self, metrics: Metrics | None) -> Flask:
        settings = self._settings
        observers: list[Observer] = [metrics.observe] if metrics else []
        if settings.access_log:
            observers.append(AccessLog(settings.access_log))
        app = create_app(
            self._live,
            hosts=Hosts.of(settings.listening, (*settings.public_names, self.address.host)),
            origins=settings.origins,
            observers=observers,
            blueprints=self._blueprints(),
            checks=self.publisher.checks(private=settings.private) if self.publisher else None,
            whose=self._site,
            look=self.look,
        )
        if self.counter:
            self.counter.watch(app)
        load_templates(app)
        if metrics:
            metrics.expose(app)
        if self.publisher:
            app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
            if settings.private:
                self.publisher.guard.close(app)
        return app

    def _blueprints(self) -> list[Blueprint]:
        settings, directory = self._settings, self._settings.directory
        own = reads_own_writes(directory, self._live, aside=settings.threads.aside) if directory else None
        publishing = self.publisher.routes if self.publisher else None
        desk = desk_routes(self.desk) if self.desk else None
        alerts = alert_routes(AlertStore(site_directory(settings.location)), settings.alerts)
        further = (own, publishing, desk, alerts if self._site.alerts else None)
        return [routes for routes in further if routes]

    @property
    def admits(self) -> Admits | None:
        """Which requests may have a larger body; None where none may."""
        return Admits(MAX_BODY, self._admits) if self.publisher else None

    def _admits(self, method: str, path: str, authorization: str, cookie: str) -> bool:
        by_key = self.publisher and self.publisher.admits(method, path, authorization)
        return bool(by_key or (self.desk and self.desk.sessions.admits(method, path, cookie)))

    def start(self) -> None:
        """Start what runs along with the application: checks for newer generations, and the writer if any."""
        self._live.verify = True  # only once requests are answered: reading a whole index would delay that
        self._live.stay_fresh()
        for other in self._beside():
            other.start()

    def _beside(self) -> list[SearchCounter | KeptProcess | Releases]:
        """What runs along with the application, in the order of starting."""
        keeper = self.publisher.keeper if self.publisher else None
        return [other for other in (self.counter, keeper, self._replica, self.releases) if other]

    def warm(self) -> None:
        """Run queries of every kind, so that no reader waits for what is loaded at first use.

        Also join memory into large pages: that takes half a second, in which requests would sometimes wait.
        """
        with suppress(OnneshonError):
            engine = self._live.current()
            for text in _OF_EVERY_KIND:
                engine.search(SearchRequest(text, facets=FACETS))
        join_pages()

    def close(self) -> None:
        """Stop what runs along with the application, in reverse order."""
        for other in reversed(self._beside()):
            other.close()

    def _open(self) -> SearchEngine:
        settings = self._settings
        engine = open_engine(settings.location, costly=settings.costly, time_limit=settings.time_limit)
        engine.set_aside(settings.threads.aside)
        return engine


def _built(directory: Path | None) -> dt.datetime | None:
    """The build time of the live generation; None where it is unknown, or the index is at an address."""
    if directory is None:
        return None
    try:
        return dt.datetime.fromisoformat(Generations(directory).agreed().manifest().created)
    except (OnneshonError, ValueError):
        return None
