"""A node that lets in over TLS only, and only those whom it knows; with two authorities of our own."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

import urllib3

from onneshon.opensearch.connection.address import Address, Credentials
from tests.cluster.java import archives, missing
from tests.cluster.running import SECONDS, LocalCluster

__all__ = ["DESCRIPTION", "SecuredNode", "lacking", "secured_node"]

HERE = Path(__file__).parent
DESCRIPTION = HERE / "pom.xml"
DOCUMENTATION = Path(__file__).parents[3] / "docs" / "scale.md"
"""What the two users may do is what it says that they need."""

_YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)

PASSWORDS = {"writer": "writer-secret-1", "reader": "reader-secret-1"}
NAME = "node"
OURS, OTHERS = "ca", "other"


def lacking() -> str:
    """What is not here that such a node needs; empty where it is all there."""
    return missing(DESCRIPTION) or ("" if shutil.which("openssl") else "no openssl to make certificates with")


class SecuredNode(LocalCluster):
    """One node with certificates and users.

    Args:
        folder: of its data.
    """

    description = DESCRIPTION
    options = (NAME,)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, 1, 512)
        self.certificates = folder / "certificates"

    def at(self, index: str, *, tls: bool = True) -> Address:
        """The address of an index on it."""
        return Address.parse(f"opensearch{'+https' if tls else ''}://{self.hosts}/{index}")

    def who(self, user: str, *, password: str = "", authority: str = OURS) -> Credentials:
        """Somebody who asks, with the right password and believing the right authority unless told."""
        ca = self.certificates / f"{authority}.pem" if authority else None
        return Credentials(user, password or PASSWORDS.get(user, ""), ca=ca)

    def prepare(self) -> None:
        """Write certificates, users and what they may do where the node looks for them."""
        self.certificates.mkdir(parents=True)
        for name in (OURS, OTHERS):
            _authority(self.certificates, name)
        _certificate(self.certificates)
        home = self.certificates.parent / "node-1" / "node_1" / "config"
        shutil.copytree(self.certificates, home)
        settings = shutil.copytree(archives(DESCRIPTION) / "config", home / "opensearch-security")
        shutil.copy(HERE / "internal_users.yml", settings)
        [roles] = _YAML.findall(DOCUMENTATION.read_text(encoding="utf-8"))
        (settings / "roles.yml").write_text(f"_meta: {{type: roles, config_version: 2}}\n{roles}")
        (settings / "roles_mapping.yml").write_text("_meta: {type: rolesmapping, config_version: 2}\n")

    def wait_for_users(self) -> None:
        """Wait until it knows who may ask: that is later than it answers."""
        authority = str(self.certificates / f"{OURS}.pem")
        headers = {"Authorization": self.who("reader").header}
        connections = urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=authority, retries=False)
        url, until = f"https://{self.hosts}/_cluster/health", time.monotonic() + SECONDS
        while True:
            with suppress(urllib3.exceptions.HTTPError):
                if connections.request("GET", url, headers=headers, timeout=10).status == HTTPStatus.OK:
                    return
            self.check()
            assert time.monotonic() < until, "the node does not let anybody in"
            time.sleep(0.2)


def _openssl(folder: Path, *arguments: str) -> None:
    program = shutil.which("openssl")
    assert program is not None, "lacking() says so"
    subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True)


def _authority(folder: Path, name: str) -> None:
    files = ["-keyout", f"{name}.key", "-out", f"{name}.pem"]
    _openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", *files, "-subj", f"/CN={name}")


def _certificate(folder: Path) -> None:
    """Of the node, for this machine alone, by our authority."""
    request = ["-keyout", f"{NAME}.key", "-out", f"{NAME}.csr", "-subj", f"/CN={NAME}"]
    _openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", *request)
    (folder / "what").write_text("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n")
    authority = ["-CA", f"{OURS}.pem", "-CAkey", f"{OURS}.key", "-CAcreateserial"]
    files = ["-in", f"{NAME}.csr", "-out", f"{NAME}.pem", "-extfile", "what"]
    _openssl(folder, "x509", "-req", *authority, *files)


@contextmanager
def secured_node(folder: Path) -> Iterator[SecuredNode]:
    """Such a node, ready, and ended with the block."""
    node = SecuredNode(folder)
    try:
        node.prepare()
        node.start(1)
        node.wait_for_users()
        yield node
    finally:
        node.close()
