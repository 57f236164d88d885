"""What is each of AlexNet's parts worth? Nine factors at once.

The paper removes one thing at a time, once each. Here every run speaks about every factor: 32 corners of nine
two-level factors, a 2^(9-4) design of resolution IV (Box, Hunter and Hunter, Statistics for Experimenters,
2005, chapter 6), so that no main effect is confounded with another or with a pair. High is the paper's.

    letter  A    B        C      D      E        F         G       H     J
    factor  lrn  pooling  crops  flips  dropout  lighting  towers  ones  decay

    F = BCDE    G = ACDE    H = ABDE    J = ABCE

Pairs are confounded with pairs, but for the eight with dropout (E), each of which can be told alone. The
decay is ten times the paper's: in a run so short 0.0005 would shrink weights by 1.5 %, 0.005 does by 14 %.
Biases do not decay, as in the source.

What makes runs alike was tried before, on validation. The rate falls to zero, and the photographs of the
scarce regime are the same in all runs. Weights averaged besides, over the last five or ten epochs or with a
decay of 0.99 or 0.995, did not bring seeds closer together: in seven runs of two corners the standard
deviation between them was 1.2 and 0.2 points by one view without it, 1.0 to 1.2 and 0.2 to 0.4 with it.
"""
from cvlib.recipes import Crop, Flip, Group, Lighting, Recipe
from cvlib.studies.factor import Factor
from cvlib.studies.factorial import telling_order
from cvlib.studies.layouts import factorial_runs
from cvlib.studies.plan import Planned, StudyPlan

__all__ = ["FACTORS", "GENERATORS", "REGIMES", "ablation_plan", "base"]

GENERATORS = "F=BCDE G=ACDE H=ABDE J=ABCE"
REGIMES = {"scarce": ("intel_fifth", 30), "plenty": ("intel", 6)}  # data, epochs: as many pictures are seen
WARMUP = 1 / 30  # of a run, 40 steps: without it, at twice this rate, a corner fell to chance and stayed


def network(**options) -> dict:
    """A change of the network alone."""
    return {"model_options": options}


FACTORS = (
    Factor("lrn", network(lrn=False), network(lrn=True)),
    Factor("pooling", network(pooling="disjoint"), network(pooling="overlapping")),
    Factor("crops", high={"augment": Crop()}),
    Factor("flips", high={"augment": Flip()}),
    Factor("dropout", network(dropout=False), network(dropout=True)),
    Factor("lighting", high={"augment": Lighting()}),
    Factor("towers", network(layout="one_tower"), network(layout="two_towers")),
    Factor("ones", network(ones=False), network(ones=True)),
    Factor("decay", {"weight_decay": 0.0}, {"weight_decay": 5e-3}),
)


def base(regime: str) -> Recipe:
    """What all corners of a regime have in common."""
    epochs = REGIMES[regime][1]
    return Recipe(
        name=f"ablation_{regime}", model="alexnet_third", image_size=56, augment=(),
        epochs=epochs, batch_size=64, optimizer="sgd", lr=0.005, momentum=0.9,
        groups=(Group("*.bias", weight_decay=0.0),), warmup_epochs=WARMUP * epochs,
        views=10, score_train=True,
    )


def ablation_plan() -> StudyPlan:
    """32 corners: *scarce*, a fifth of Intel's training photographs for 30 epochs, and *plenty*, all for 6,
    each with two seeds; 128 runs of about a minute on one core.

    Whole replicates follow each other, each in an order in which the runs made so far tell most. The last,
    *plenty* again, was added when the other three had been read, to halve that regime's intervals.
    """
    runs = [run for regime, seed in (("scarce", 0), ("plenty", 0), ("scarce", 1), ("plenty", 1))
            for run in replicate(regime, seed)]
    return StudyPlan(
        name="ablation", runs=runs, factors=FACTORS,
        question="What is each of AlexNet's parts worth where photographs are scarce, and where not?")


def replicate(regime: str, seed: int) -> list[Planned]:
    """The 32 corners of a regime with one seed, the most telling first."""
    corners = factorial_runs(base(regime), FACTORS, GENERATORS, seeds=(seed,), data=REGIMES[regime][0],
                             blocks={"regime": regime, "replicate": seed})
    return [corners[i] for i in telling_order([list(run.factors.values()) for run in corners])]
