"""The networks that are asked: of finished runs, or torchvision's own with their published weights."""
from cvlib.data import Normalise
from cvlib.predictor import Predictor
from cvlib.published import published_weights

__all__ = ["TORCHVISION", "family_of", "torchvision_witness"]

TORCHVISION = {  # the student report's four: torchvision's names and ours
    "alexnet": "alexnet_one_tower", "vgg19": "vgg19", "resnet152": "resnet152",
    "convnext_tiny": "convnext_tiny",
}
FAMILIES = ("alexnet", "vgg", "resnet", "convnext")


def family_of(predictor: Predictor) -> str:
    """The family of its network by the name of its class; raises ValueError for another."""
    name = type(predictor.model).__name__.lower()
    for family in FAMILIES:
        if name.startswith(family):
            return family
    raise ValueError(f"{type(predictor.model).__name__} is of none of the families {', '.join(FAMILIES)}")


def torchvision_witness(name: str) -> Predictor:
    """torchvision's own network, not ours: in training mode its dropout stands elsewhere than the paper's.

    The weights are IMAGENET1K_V1, and pictures are prepared as these ask for it. Raises OSError where they
    are neither in torchvision's cache nor can be fetched, ValueError where the file there is cut.
    """
    from torchvision.models import get_model

    published = published_weights(TORCHVISION[name])
    model = get_model(name)
    model.load_state_dict(published.tensors())
    return Predictor(model, Normalise.fixed(published.preprocess), published.categories, published.preprocess)
