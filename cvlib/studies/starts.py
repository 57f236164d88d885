"""Does the paper's setting train? AlexNet at full size, its first steps from four starts.

The input is 0 ... 255 less the mean picture, as the paper had it, or of unit variance, as programs of today
have it; the standard deviation of conv3 to conv5 is 0.03, as its source had it, or 0.01, as it prints (Sec.
5). A fifth run has the two of today and the cure of a well-known replication, Adam with 1e-4
(dansuh17/alexnet-pytorch, model.py at 0145b80).

In all of them dropout halves at test time (Sec. 4.2). Tried with outputs doubled in training, as frameworks
do it, the first start had a loss of 87 in its third step and none that was finite in its tenth.
"""
from cvlib.recipes import Constant, Recipe
from cvlib.studies.factor import Factor, corner
from cvlib.studies.plan import Planned, StudyPlan

__all__ = ["FACTORS", "STARTS", "starts_plan"]

FACTORS = (
    Factor("scale", {"input_scale": "unit"}, {"input_scale": "raw"}),
    Factor("std", {"model_options": {"differences": ("dropout",)}},
           {"model_options": {"differences": ("dropout", "std")}}),
    Factor("rule", {"optimizer": "adam", "lr": 1e-4, "weight_decay": 0.0},
           {"optimizer": "paper_sgd", "lr": 0.01, "weight_decay": 5e-4}),
)
STARTS = {  # levels of the factors by what the run is called: high is what the authors ran
    "raw-0.03": (1, 1, 1), "raw-0.01": (1, 0, 1), "unit-0.03": (0, 1, 1), "unit-0.01": (0, 0, 1),
    "unit-0.01-adam": (0, 0, 0),
}


def starts_plan() -> StudyPlan:
    """Five runs of 318 steps of 16 of Intel's photographs; the history has every step's loss. Some six
    minutes a run on one quiet core, and half a gigabyte of memory beside the pictures.

    Departure from the paper: batches of 16 for 128, at the same rate.
    """
    base = Recipe(
        name="starts", model="alexnet_2012", image_size=224, epochs=2, batch_size=16,
        lr=0.01, schedule=Constant(), step_losses=True,
    )
    names = [factor.name for factor in FACTORS]
    levels = {start: dict(zip(names, at, strict=True)) for start, at in STARTS.items()}
    return StudyPlan(
        name="starts", factors=FACTORS, test=False,
        runs=[Planned(corner(base, FACTORS, at, name=f"starts-{start}"), data="intel_fifth", factors=at)
              for start, at in levels.items()],
        question="Does the paper's setting train, at which scale of the input and from which start?")
