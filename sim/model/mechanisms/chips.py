"""M1: chips have three specifications; their worth to buyers and their progress.

Shapes: `[..., supplier, world]` throughout; specifications broadcast.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.core.units import FP16_BITS, H100_BANDWIDTH, H100_INTERCONNECT, H100_TFLOPS
from sim.core.worlds import Block

H100_DOMAIN = 8.0  # accelerators that its fast links join


class Spec(NamedTuple):
    """The specifications that export rules and buyers look at."""

    tflops: Block  # dense FP16, TFLOP/s
    bandwidth: Block  # memory, TB/s
    interconnect: Block  # GB/s


class Product(NamedTuple):
    """What a supplier makes in a month: the mix of its old and new products."""

    spec: Spec
    price: Block  # list, USD
    silicon: Block  # reticles of leading-edge dies
    hbm_stacks: Block  # stacks
    power: Block  # W
    domain: Block  # accelerators joined by its fast links


class Exponents(NamedTuple):
    """Exponents of a chip's worth, `[world]`; see `merits` and `hedonic`."""

    interconnect: Block  # iota
    bandwidth: Block  # beta
    balance: (
        Block  # memory bandwidth per performance, over an H100's, below which it binds training
    )
    inference: Block  # weight of inference in what buyers pay for
    domain: Block  # gamma
    cluster: Block  # kappa, in training
    cluster_inference: Block  # kappa'


class Merits(NamedTuple):
    """What a chip can do with mature software, H100e."""

    compute: Block  # by peak performance
    training: Block
    inference: Block


def tpp(spec: Spec) -> Block:
    """Total processing performance, the unit of the export rules: TOPS x bit length."""
    return FP16_BITS * spec.tflops


def compute(spec: Spec) -> Block:
    """H100e by peak performance alone, as public statistics count chips."""
    return spec.tflops / H100_TFLOPS


def merits(spec: Spec, domain: Block, by: Exponents) -> Merits:
    """What a chip is worth in a cluster, with mature software.

    Training: c x min(1, n/900)^iota x min(1, m) x u^kappa with c = f/989; m = (w/3.35) / c /
    balance, as in a roofline: below that balance memory binds. Inference: c^(1-beta) x
    (w/3.35)^beta x u^kappa', decoding being bound by memory. u = c x (domain/8)^gamma is the size
    of the unit of which a cluster is built: a given worth needs more of smaller units, and a
    cluster's speed per unit falls as (number of units)^-kappa (scaling of training at a fixed
    batch). Fast links that join more chips make larger units, so they win part of the loss back.

    Args:
        domain: accelerators joined by fast links.
    """
    performance = compute(spec)
    unit = performance * (domain / H100_DOMAIN) ** by.domain
    link = np.minimum(1.0, spec.interconnect / H100_INTERCONNECT) ** by.interconnect
    memory = (spec.bandwidth / H100_BANDWIDTH) ** by.bandwidth
    fed = np.minimum(1.0, spec.bandwidth / H100_BANDWIDTH / performance / by.balance)
    return Merits(
        performance,
        performance * link * fed * unit**by.cluster,
        performance ** (1 - by.bandwidth) * memory * unit**by.cluster_inference,
    )


def value_exponents(by: Exponents) -> Spec:
    """By how many per cent a chip's value to buyers rises with one per cent of each specification.

    Interconnect counts below an H100's.
    """
    training, inference = 1 - by.inference, by.inference
    return Spec(
        tflops=training * (1 + by.cluster) + inference * (1 - by.bandwidth + by.cluster_inference),
        bandwidth=inference * by.bandwidth,
        interconnect=training * by.interconnect,
    )


def hedonic(training: Block, inference: Block, weight: Block) -> Block:
    """What buyers pay for: geometric mean of both worths, `weight` on inference."""
    return training ** (1 - weight) * inference**weight


def mix(line: list[Product], weights: list[Block]) -> Product:
    """The product mix: each newer product has replaced `weight` (0..1) of all before it."""
    flat = [[*product.spec, *product[1:]] for product in line]
    now = flat[0]
    for newer, weight in zip(flat[1:], weights[1:], strict=True):
        now = [old + weight * (new - old) for old, new in zip(now, newer, strict=True)]
    return Product(Spec(*now[:3]), *now[3:])


def beyond_catalogue(
    product: Product,
    years: Block,
    performance_growth: Block,
    value_growth: Block,
    power_growth: Block,
) -> Product:
    """A product after the catalogue: specifications, price and power extrapolated.

    Args:
        years: since the last product of the catalogue, 0 before.
        performance_growth: x/yr per chip [1.35, 1.43, 1.6].
        value_growth: x/yr of performance per dollar [1.25, 1.37, 1.5].
        power_growth: x/yr of performance per watt [1.19, 1.27, 1.4].
    """
    better = np.exp(years * np.log(performance_growth))
    dearer = better / np.exp(years * np.log(value_growth))
    hotter = better / np.exp(years * np.log(power_growth))
    spec = Spec(*(quality * better for quality in product.spec))
    return product._replace(spec=spec, price=product.price * dearer, power=product.power * hotter)


def matured(at_start: Block, installed: Block, scale: Block) -> Block:
    """Maturity of software: the gap to 1 closes with the installed base (63 % at `scale`)."""
    return 1 - (1 - at_start) * np.exp(-installed / scale)
