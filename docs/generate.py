"""Writes the tables of the documentation from the registries that they list.

`python docs/generate.py` rewrites each marked block of `README.md` and `docs/*.md`, and the files
that are generated whole; `python docs/generate.py --check` changes nothing and exits with 1 if one
of them is out of date. They are made by the modules in `docs/blocks/`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from blocks import all_blocks, all_files

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(<!-- generated: ([a-z0-9-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
BLOCKS = all_blocks()


def generate(text: str, used: set[str]) -> str:
    """Returns a page with its marked blocks written anew, and notes which ones it has.

    Raises:
        KeyError: A block has a name that nothing makes.
    """

    def fill(found: re.Match[str]) -> str:
        used.add(found[2])
        return f"{found[1]}\n{BLOCKS[found[2]]()}\n{found[4]}"

    return BLOCK.sub(fill, text)


def main(arguments: Sequence[str]) -> int:
    """Writes the pages, or checks them; returns the exit status."""
    if unknown := set(arguments) - {"--check"}:
        sys.stderr.write(f"unknown: {', '.join(sorted(unknown))}; --check is all there is\n")
        return 2
    used: set[str] = set()
    pages = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    wanted = {page: generate(page.read_text("utf-8"), used) for page in pages}
    wanted |= {ROOT / path: made() for path, made in all_files().items()}
    stale = []
    for page, after in wanted.items():
        if page.exists() and page.read_text("utf-8") == after:
            continue
        stale.append(page.relative_to(ROOT))
        if "--check" not in arguments:
            page.write_text(after, "utf-8")
    for page in stale:
        state = "is out of date" if "--check" in arguments else "written"
        sys.stdout.write(f"{page}: {state}\n")
    unused = sorted(BLOCKS.keys() - used)
    if unused:
        sys.stderr.write(f"no page has the block {', '.join(unused)}\n")
    return 1 if unused or (stale and "--check" in arguments) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
