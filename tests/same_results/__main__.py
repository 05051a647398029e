"""Compare the results of two commits bit by bit, on this machine, with the same libraries.

    uv run python -m tests.same_results BASE [OTHER] [--keep FOLDER]

BASE and OTHER are commits; without OTHER the working tree is compared. Results of a commit are kept
in FOLDER and are not computed again. The exit status is 1 if any number differs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.same_results.names import NEW_NAMES

CHECKOUT = Path(__file__).parents[2]
COMPUTE = Path(__file__).with_name("compute.py")


def main() -> int:
    """Compute both sides, compare them, and say what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", help="a commit")
    parser.add_argument("other", nargs="?", help="another (default: the working tree)")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "same_results")
    asked = parser.parse_args()
    base = of_commit(asked.base, asked.keep)
    if asked.other:
        differ = compare(base, of_commit(asked.other, asked.keep))
    else:
        with tempfile.TemporaryDirectory() as folder:
            compute(CHECKOUT, Path(folder))
            differ = compare(base, Path(folder))
    print(f"{differ} arrays differ" if differ else "the same, bit by bit")
    return 1 if differ else 0


def of_commit(commit: str, keep: Path) -> Path:
    """The folder with the results of a commit, computed in a worktree of its own if need be."""
    name = _git("rev-parse", "--short=12", f"{commit}^{{commit}}")
    folder = keep / name
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place) / "tree"
        _git("worktree", "add", "--detach", "--quiet", str(tree), name)
        try:
            compute(tree, folder)
        finally:
            _git("worktree", "remove", "--force", str(tree))
    return folder


def compute(tree: Path, folder: Path) -> None:
    """Run `compute.py` of this checkout with the code of a tree."""
    environment = os.environ | {"PYTHONPATH": str(tree)}
    subprocess.run([sys.executable, str(COMPUTE), str(folder)], env=environment, check=True)


def compare(base: Path, other: Path) -> int:
    """How many arrays differ between two folders; each is reported."""
    differ, extra = 0, set()
    for file in sorted(base.glob("*.npz")):
        ours, theirs = dict(np.load(file)), dict(np.load(other / file.name))
        renamed = {_renamed(name): values for name, values in ours.items()}
        extra |= theirs.keys() - renamed.keys()
        for name, values in renamed.items():
            found = theirs.get(name)
            if name.startswith("labels of "):
                values = np.array([NEW_NAMES.get(label, label) for label in values.tolist()])
            if found is None or not _same(values, found):
                differ += 1
                print(f"{file.stem}: {name}: {_difference(values, found)}")
    new = sorted(name for name in extra if not name.startswith("labels of "))
    if new:
        print(f"only in the second: {', '.join(new)}")
    return differ


def _renamed(name: str) -> str:
    """The name by which the new code calls a variable."""
    start, sep, last = name.rpartition(":")
    return f"{start}{sep}{NEW_NAMES.get(last, last)}"


def _same(ours: np.ndarray, theirs: np.ndarray) -> bool:
    if ours.dtype.kind == "U":
        return ours.tolist() == theirs.tolist()
    return (
        ours.dtype == theirs.dtype
        and ours.shape == theirs.shape
        and (np.ascontiguousarray(ours).tobytes() == np.ascontiguousarray(theirs).tobytes())
    )


def _difference(ours: np.ndarray, theirs: np.ndarray | None) -> str:
    if theirs is None:
        return "missing in the second"
    if ours.shape != theirs.shape or ours.dtype.kind not in "fiub":
        return f"{ours.dtype}{ours.shape} against {theirs.dtype}{theirs.shape}"
    apart = np.abs(ours.astype(float) - theirs.astype(float))
    return f"{int((ours != theirs).sum())} of {ours.size} numbers, by at most {apart.max():.3g}"


def _git(*words: str) -> str:
    answer = subprocess.run(
        ["git", *words], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    return answer.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
