"""The algebra of the small model: two formulas, ten numbers.

>>> import math
>>> numbers = Numbers(
...     research_lost=0.1, progress=6.0, catch_up=2.0, runs_lost=0.5,
...     height=math.e**2 - 1, own_run=0.3,
... )
>>> constants = Constants(memory=math.log(2) / 2, per_run=2.0, per_method=1.0, copied=0.2)
>>> float(round(innovation(numbers, constants), 6))  # 0.1 of 6 is lost, and half of it caught up
-0.3
>>> float(round(lead(numbers, constants), 6))  # (2 x 0.5 + 1 x 0.3) x 2 x (0.2 + 0.3)
1.3
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from sim.core.worlds import Block
from sim.model.mechanisms.research import ces


@dataclass(frozen=True)
class Numbers:
    """What is measured in the simulator for one parameter set, or one world, at a month.

    Of the best Chinese lab: the one with the best methods (the first three), or with the best model
    (the last two), in the world without controls. Each is a number, or `[set]` or `[world]`.

    Attributes:
        research_lost: share of the progress of its own research that controls take, in five years.
        progress: ln of what its methods gained in these years without controls.
        catch_up: rate at which it closes a gap to better methods that others show, 1/year, the mean
            over these years; a month in which nobody shows better ones counts as 0.
        runs_lost: share by which controls make the largest Chinese training run smaller.
        height: ECI points between the best and the second best Chinese lab.
        own_run: share of worlds in which its best model rests on a training run of its own: it lies
            less than 12 points above that run at its release. Other models are old ones, kept up by
            learning from better models, or rest on open weights.
    """

    research_lost: Block | float
    progress: Block | float
    catch_up: Block | float
    runs_lost: Block | float
    height: Block | float
    own_run: Block | float

    def of(self, which: Any) -> Numbers:
        """The numbers of some sets or worlds."""
        return Numbers(**{name: np.asarray(row)[which] for name, row in self.by_name().items()})

    def by_name(self) -> dict[str, Any]:
        """The numbers as a table."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True)
class Constants:
    """What is fitted to the simulator, for one month.

    Attributes:
        memory: years over which a loss is caught up.
        per_run: months of lead for a loss of all runs, at a height of 1.7 points (e - 1).
        per_method: months of lead for a loss of methods of one log, at that height.
        copied: what counts of the loss where the best model rests on no run of its own.
    """

    memory: float
    per_run: float
    per_method: float
    copied: float


def innovation(numbers: Numbers, constants: Constants) -> Block | float:
    """Effect on ln of the best Chinese training efficiency.

    A share of own research is lost, and with it that share of all progress: what a lab learns from
    others also needs research. Of the loss, catching up leaves `exp(-catch_up x memory)`.
    """
    lost = numbers.research_lost * numbers.progress
    return -lost * np.exp(-numbers.catch_up * constants.memory)


def lead(numbers: Numbers, constants: Constants) -> Block | float:
    """Effect on the US lead in months.

    Smaller runs and worse methods make worse models. They count as far as China has its best model
    from its own work: as far as it stands above the second lab, and rests on a run of its own.
    """
    methods_lost = -innovation(numbers, constants)
    lost = constants.per_run * numbers.runs_lost + constants.per_method * methods_lost
    return lost * np.log1p(numbers.height) * (constants.copied + numbers.own_run)


@dataclass(frozen=True)
class Research:
    """Parameters of the simulator behind the share of research that is lost (M7, M8).

    Attributes:
        eta: response of effort to scarcity (`effort.eta`).
        effort_return, input_return: returns of research to effort and to inputs.
        sigma, compute_weight: how far staff replaces compute, and the weight of compute.
        scale_share: part of the gains that appears only at scale.
    """

    eta: Block | float
    effort_return: Block | float
    input_return: Block | float
    sigma: Block | float
    compute_weight: Block | float
    scale_share: Block | float


@dataclass(frozen=True)
class ResearchConstants:
    """What is fitted: how far effort, inputs and scale follow the loss of runs.

    Attributes:
        effort, inputs, scale: for runs that are smaller by one log.
    """

    effort: float
    inputs: float
    scale: float


def research_lost(
    parameters: Research, runs_lost: Block | float, constants: ResearchConstants
) -> Block | float:
    """Share of own research that is lost: fewer experiments, smaller scale, other effort.

    >>> usual = Research(0.0, 0.5, 0.5, 1.0, 0.5, 0.0)  # Cobb-Douglas, no effort, no scale
    >>> constants = ResearchConstants(0.0, 1.0, 0.0)
    >>> lost = research_lost(usual, 0.75, constants)
    >>> round(float(lost), 2)  # 1 - 0.25 ^ (0.5 x 0.5)
    0.29
    """
    smaller = -np.log1p(-np.asarray(runs_lost, dtype=float))
    left = np.exp(-constants.inputs * smaller)
    weight, sigma = np.asarray(parameters.compute_weight), np.asarray(parameters.sigma)
    inputs = ces(np.ones_like(left), left, weight, sigma)
    turned = constants.effort * parameters.effort_return * parameters.eta
    grows = (turned - constants.scale * parameters.scale_share) * smaller
    return 1 - np.exp(grows) * inputs**parameters.input_return
