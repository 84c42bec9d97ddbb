"""Takes what is wanted out of an archive, and never writes outside of its folder."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["unpack"]


def unpack(archive: Path, into: Path, keep: Sequence[str], done: Callable[[int], None]) -> None:
    """Unpacks the members that begin with one of the given paths.

    Args:
        archive: A gzipped tar archive or a wheel.
        into: An empty folder.
        keep: The beginnings of wanted paths.
        done: Called with the bytes of each file that was written.

    Raises:
        OSError: It could not be written.
        tarfile.TarError, zipfile.BadZipFile, EOFError: The archive is damaged, or would write
            outside of the folder.
    """
    wanted = tuple(keep)
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            for info in opened.infolist():
                if info.filename.startswith(wanted) and not info.is_dir():
                    made = Path(opened.extract(info, into))
                    made.chmod((info.external_attr >> 16) & 0o777 or 0o644)
                    done(info.file_size)
        return
    with tarfile.open(archive) as packed:
        for member in packed:
            if member.isfile() and member.name.startswith(wanted):
                packed.extract(member, into, filter="data")
                done(member.size)
