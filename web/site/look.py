"""Colours that the desk has made live: ``look.json`` beside the index, in place of ``[site.colours]``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from onneshon.index import ConfigurationError
from onneshon.index.json_form import decoded
from onneshon.index.storage.durable import explain, replace_file
from onneshon.index.storage.watched_file import WatchedFile
from onneshon.web.site.palette import Colours, Palette, palette

LOOK_FILE: Final = "look.json"


class LookFile(WatchedFile[Palette]):
    """The colours in force, to be read and changed; threads and processes may share the file.

    Args:
        directory: of the index.
        otherwise: the colours where nothing was made live.
    """

    def __init__(self, directory: Path, otherwise: Palette) -> None:
        super().__init__(directory / LOOK_FILE, otherwise)

    def given(self) -> dict[str, str]:
        """The colours that were made live, by the names of ``[site.colours]``.

        Raises:
            ConfigurationError: the file cannot be read.
        """
        try:
            colours = decoded(self.path.read_bytes(), Colours)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise ConfigurationError(self.path, "", f"cannot be read: {error.strerror}") from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ConfigurationError(self.path, "", f"is no file of colours: {error}") from error
        return {name: text for name, text in msgspec.structs.asdict(colours).items() if text}

    def read(self) -> Palette:
        """The colours of the file.

        Raises:
            ConfigurationError: it cannot be read, or has colours that cannot be.
        """
        return palette(self.path, Colours(**self.given()))

    def write(self, given: Mapping[str, str]) -> None:
        """Make colours live; with none, those of ``onneshon.toml``.

        Raises:
            ConfigurationError: one cannot be read where it stands, or the file cannot be written.
        """
        palette(None, Colours(**given))
        try:
            if given:
                replace_file(self.path, msgspec.json.encode(dict(given)))
            else:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigurationError(self.path, "", f"is as it was: {explain(error, self.path)}") from error
        self.look_again()
