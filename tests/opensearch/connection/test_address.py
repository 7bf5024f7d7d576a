"""Addresses of clusters, and the credentials of their clients."""

from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.errors import ConfigurationError
from onneshon.opensearch.connection.address import Address, Credentials

SECRET = "গোপন-কথা-৪৭"  # noqa: S105  # of nobody


def test_an_address_names_hosts_and_an_index() -> None:
    """A host without a port gets the default port of OpenSearch."""
    address = Address.parse("opensearch://one.example:9201,10.0.0.7,[::1]:9203/news")
    assert address == Address((("one.example", 9201), ("10.0.0.7", 9200), ("[::1]", 9203)), "news")


def test_tls_is_asked_for_by_the_scheme() -> None:
    """TLS depends on the scheme alone, not on a port."""
    assert Address.parse("opensearch+https://search.example:443/news").tls
    assert not Address.parse("opensearch://search.example/news").tls


@given(
    st.lists(
        st.tuples(st.from_regex(r"[a-z][a-z0-9.-]{0,20}", fullmatch=True), st.integers(1, 65_535)), min_size=1
    )
)
def test_an_address_is_printed_as_it_is_read(hosts: list[tuple[str, int]]) -> None:
    """An address in a message can be parsed again."""
    address = Address(tuple(hosts), "news")
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize(
    "text",
    [
        "opensearch://host:9200",
        "opensearch:///news",
        "opensearch://host:0/news",
        "opensearch://host:70000/news",
        "opensearch://host/News",
        "opensearch://host/_all",
        "opensearch://host/news/more",
        "opensearch://ho st/news",
        "http://host:9200/news",
    ],
)
def test_what_is_no_address_is_refused_with_one_that_is(text: str) -> None:
    """Names of several indexes, and invalid ones, are refused too."""
    with pytest.raises(ConfigurationError, match="host"):
        Address.parse(text)


@pytest.mark.parametrize(
    "text", ["opensearch://host/news-tenants", "opensearch://host/news-tenants?tenant=us"]
)
def test_an_index_is_not_called_as_what_tenants_share(text: str) -> None:
    """Its generations would be the tenants' indexes: removing it would remove the data of all tenants."""
    with pytest.raises(ConfigurationError, match="tenants share"):
        Address.parse(text)
    assert Address.parse("opensearch://host/news-tenants2").index == "news-tenants2"


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    """A password would be visible in the list of processes; the error must not repeat it."""
    with pytest.raises(ConfigurationError) as raised:
        Address.parse(f"opensearch://reader:{SECRET}@host:9200/news")
    assert SECRET not in str(raised.value)
    assert "ONNESHON_OPENSEARCH_PASSWORD" in str(raised.value)


def test_the_environment_counts_before_the_file_that_it_names(tmp_path: Path) -> None:
    """Each value is taken from the environment first, then from the file."""
    file = tmp_path / "credentials.toml"
    file.write_text(f'user = "reader"\npassword = "{SECRET}"\n', encoding="utf-8")
    environment = {"ONNESHON_OPENSEARCH_CREDENTIALS": str(file), "ONNESHON_OPENSEARCH_USER": "writer"}
    assert Credentials.read(environment) == Credentials("writer", SECRET)


def test_what_is_secret_is_not_shown() -> None:
    """The representation of credentials has no secret."""
    assert SECRET not in repr(Credentials("reader", SECRET, SECRET))


def test_a_file_that_is_no_toml_is_refused_without_showing_it(tmp_path: Path) -> None:
    """The library's own message would quote the line."""
    file = tmp_path / "credentials.toml"
    file.write_text(f"password {SECRET}", encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        Credentials.read({"ONNESHON_OPENSEARCH_CREDENTIALS": str(file)})
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "environment",
    [
        {"ONNESHON_OPENSEARCH_CREDENTIALS": "/nowhere/credentials.toml"},
        {"ONNESHON_OPENSEARCH_CA": "/nowhere/ca.pem"},
        {"ONNESHON_OPENSEARCH_KEY": "k", "ONNESHON_OPENSEARCH_USER": "reader"},
        {"ONNESHON_OPENSEARCH_KEY": "a\nHost: b"},
        {"ONNESHON_OPENSEARCH_KEY": SECRET},
    ],
)
def test_credentials_that_make_no_sense_are_refused(environment: dict[str, str]) -> None:
    """Nonsense is refused before anything is sent."""
    with pytest.raises(ConfigurationError):
        Credentials.read(environment)


def test_a_user_is_sent_in_utf_8() -> None:
    """Passwords may have letters of any script."""
    sent = Credentials("reader", SECRET).header.removeprefix("Basic ")
    assert b64decode(sent).decode() == f"reader:{SECRET}"


@pytest.mark.parametrize(("key", "header"), [("", ""), ("abc", "Bearer abc"), ("ApiKey abc", "ApiKey abc")])
def test_a_key_is_sent_with_its_scheme(key: str, header: str) -> None:
    """A token without a scheme is sent as a bearer token."""
    assert Credentials(key=key).header == header
