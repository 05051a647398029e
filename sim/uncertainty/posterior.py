"""Worlds that fit history: particles of a calibration, in place of free draws.

A particle holds normal scores for the priors of the scenario it was fitted with, and for each
actor the number of a world: up to the end of the fit the actor has the shocks of that world. World
w under seed s takes a particle by (s, w) alone, so paired worlds share it; after the fit each world
has its own shocks.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import from_json

from sim.core.calendar import parse_month
from sim.core.chance import Past
from sim.core.worlds import Worlds
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.fitted_worlds import FittedDraws
from sim.scenario.quantity import Prior, Quantity
from sim.scenario.schema import Scenario, quantities
from sim.scenario.structures import REFERENCE

SHIPPED = Path(__file__).parents[1] / "research" / "calibration" / "posteriors"  # YEAR-MONTH.npz
FILE = "posterior.npz"  # in a folder that `moat calibrate` wrote
LARGEST = 500_000_000  # bytes of the unpacked file; the shipped one has less than one million
TEXTS = ("priors", "actors", "past", "about")  # attributes of a posterior that are stored as JSON


class _Texts(BaseModel):
    """The attributes that are stored as JSON."""

    model_config = ConfigDict(strict=True)

    priors: dict[str, str]
    actors: list[str]
    past: dict[Literal["seed", "of", "months"], Annotated[int, Field(ge=0, lt=2**63)]]
    about: dict[str, Any]

    @model_validator(mode="after")
    def _whole(self):
        if len(self.past) < 3 or not 1 <= self.past["months"] <= 600:
            raise ValueError("past needs seed, of and months, 1 to 600")
        parse_month(str(self.about.get("until")))
        return self


@dataclass(frozen=True, eq=False)
class Posterior:
    """Equally likely particles of a calibration.

    Attributes:
        scores: normal scores, `[prior, particle]`.
        priors: the prior of each row of scores, as text, by dotted key, in the order of rows.
        lucks: the world from which each actor's past shocks come, `[actor, particle]`.
        actors: names of these actors.
        past: seed, size and months of the ensemble of those worlds.
        about: how it was made: command, seed, dates, hashes, versions.
        in_order: particle w for world w (while a calibration is under way).
        name: by which it was asked for: of a shipped one, or its file.
    """

    scores: np.ndarray
    priors: Mapping[str, str]
    lucks: np.ndarray
    actors: Sequence[str]
    past: Mapping[str, int]
    about: Mapping[str, Any]
    in_order: bool = False
    name: str = ""

    @property
    def count(self) -> int:
        """Number of particles."""
        return self.lucks.shape[1]

    @property
    def structure(self) -> str:
        """Form of the model that was fitted."""
        return str(self.about.get("structure", REFERENCE))

    def particles(self, seed: int, worlds: Worlds) -> np.ndarray:
        """The particle of each world: all once in each round of worlds, in an order by the seed."""
        if self.in_order:
            return worlds.numbers
        order = np.random.Generator(np.random.Philox(key=seed)).permutation(self.count)
        return order[worlds.numbers % self.count]

    def draws(self, declared: Scenario | dict[str, Any], seed: int, worlds: Worlds) -> FittedDraws:
        """Scores and past shocks of the worlds of a block.

        Numbers that the scenario sets, or whose prior it changes, are not among the scores.

        Args:
            declared: a scenario, or some of its tables by name.
        """
        at = self.particles(seed, worlds)
        unchanged = self.fitted(declared)
        rows = self.scores[:, at].astype(float)
        named = zip(self.priors, rows, strict=True)
        scores = {key: row for key, row in named if key in unchanged}
        lucks = dict(zip(self.actors, self.lucks[:, at], strict=True))
        return FittedDraws(scores, Past(worlds=lucks, **self.past))

    def fitted(self, declared: Scenario | dict[str, Any]) -> set[str]:
        """Priors of a scenario that have scores: those that are as they were fitted."""
        return {p for p, prior in priors(declared).items() if self.priors.get(p) == prior}

    def packed(self) -> bytes:
        """The posterior as a file: the same bytes for the same posterior."""
        texts = ((name, json.dumps(getattr(self, name)).encode()) for name in TEXTS)
        packed: Any = {name: np.frombuffer(text, np.uint8) for name, text in texts}
        scores, lucks = self._arrays()
        file = io.BytesIO()
        np.savez_compressed(file, scores=scores, lucks=lucks, **packed)
        return file.getvalue()

    def _arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """Scores and lucks as they are stored."""
        return self.scores.astype(np.float16), self.lucks.astype(np.int16)

    @cached_property
    def digest(self) -> str:
        """Hash of scores and lucks: names the ensemble in results."""
        return hashlib.sha256(b"".join(part.tobytes() for part in self._arrays())).hexdigest()


def priors(declared: Scenario | dict[str, Any]) -> dict[str, str]:
    """Every prior of a scenario as text, by dotted key."""
    return {
        path: _text(item.prior)
        for path, item, _ in quantities(declared)
        if isinstance(item, Quantity) and item.prior is not None
    }


@cache
def _text(prior: Prior) -> str:
    return json.dumps(prior.model_dump(mode="json"), sort_keys=True)


def read(file: Path) -> Posterior:
    """A posterior from its file.

    Raises:
        ValueError: the file holds none.
    """
    try:
        return replace(unpack(file), name=str(file))
    except Exception as wrong:  # libraries fail in many ways where a file is damaged
        said = str(wrong).partition("\n")[0]
        raise ValueError(f"{file} holds no posterior ({said})") from wrong


def unpack(packed: Path | bytes) -> Posterior:
    """A posterior from its file or the content of one; an error of any kind where it is damaged."""
    with np.load(io.BytesIO(packed) if isinstance(packed, bytes) else packed) as arrays:
        if sum(part.file_size for part in arrays.zip.infolist()) > LARGEST:
            raise ValueError("it is too large")
        texts = _Texts.model_validate(
            {name: from_json(bytes(arrays[name]), allow_inf_nan=False) for name in TEXTS}
        )
        lucks = arrays["lucks"].astype(np.int64)
        posterior = Posterior(arrays["scores"], lucks=lucks, **texts.model_dump())
    _check(posterior)
    return posterior


def _check(posterior: Posterior) -> None:
    """ValueError where the parts of a posterior do not go together."""
    scores, lucks, past = posterior.scores, posterior.lucks, posterior.past
    if scores.dtype != np.float16 or scores.shape != (len(posterior.priors), posterior.count):
        raise ValueError(f"scores are {scores.dtype} {scores.shape}")
    if not np.isfinite(scores).all():
        raise ValueError("scores are not finite")
    if lucks.shape[:1] != (len(posterior.actors),) or lucks.ndim != 2 or not lucks.size:
        raise ValueError(f"lucks have the shape {lucks.shape}")
    if lucks.min() < 0 or lucks.max() >= past["of"]:
        raise ValueError(f"lucks lie outside 0 to {past['of'] - 1}")


def shipped_names() -> list[str]:
    """Names of the posteriors that come with the project: the last month of each fit, in order."""
    return sorted(file.stem for file in SHIPPED.glob("*.npz"))


def rival_fits() -> list[str]:
    """Names of the posteriors of rival forms that come with the project: `raw_compute/2025-12`."""
    files = (file.relative_to(SHIPPED).with_suffix("") for file in SHIPPED.glob("*/*.npz"))
    return sorted(file.as_posix() for file in files)


def fitted_structures() -> list[str]:
    """Rival forms of the model of which a fit comes with the project, the reference first."""
    return [REFERENCE, *sorted(folder.name for folder in SHIPPED.iterdir() if folder.is_dir())]


def newest_fit(structure: str) -> Posterior:
    """The newest shipped fit of a form of the model.

    Raises:
        ScenarioError: there is none.
    """
    if structure == REFERENCE:
        return shipped()
    if structure not in fitted_structures():
        wrong = f"no worlds with the structure '{structure}' were fitted"
        raise ScenarioError(
            Problem("--structure", "", wrong, nearest(structure, fitted_structures()))
        )
    file = max((SHIPPED / structure).glob("*.npz"))
    return _kept(file, f"{structure}/{file.stem}")


def shipped(name: str = "") -> Posterior:
    """A posterior that comes with the project, fitted with the reference structure.

    Args:
        name: of it (empty: the newest, in whose worlds everything runs that names no other).
    """
    name = name or shipped_names()[-1]
    return _kept(SHIPPED / f"{name}.npz", name)


def find(which: str | Path) -> Posterior:
    """A posterior by its name, from its file, or from the folder that `moat calibrate` wrote.

    Args:
        which: `2024-12`, `raw_compute` (its newest fit), `raw_compute/2025-12`, or a path.

    Raises:
        ScenarioError: there is none, or its file is damaged.
    """
    names, asked = [*shipped_names(), *rival_fits()], str(which)
    if asked in names:
        return _kept(SHIPPED / f"{asked}.npz", asked)
    if asked in fitted_structures():
        return newest_fit(asked)
    file = Path(which) / FILE if Path(which).is_dir() else Path(which)
    every = f"shipped are {', '.join(names)}; or give the posterior.npz that `moat calibrate` wrote"
    if not file.is_file():
        wrong = f"there is no posterior of this name, and no file {file}"
        raise ScenarioError(Problem("--posterior", asked, wrong, every))
    try:
        return _kept(file, str(file))
    except ValueError as damaged:
        hint = f"make it again with `moat calibrate`; {every}"
        raise ScenarioError(Problem("--posterior", "", str(damaged), hint)) from damaged


def _kept(file: Path, name: str) -> Posterior:
    """The same object while the file is the same: paired worlds share their posterior."""
    status = file.stat()
    return _read_once(file, name, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _read_once(file: Path, name: str, _changed: int, _size: int) -> Posterior:
    return replace(read(file), name=name)


def with_digest(digest: str) -> Posterior | None:
    """The shipped posterior with a hash, None if there is none."""
    every = chain(map(shipped, shipped_names()), map(newest_fit, fitted_structures()[1:]))
    return next((one for one in every if one.digest == digest), None)
