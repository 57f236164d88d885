"""What given weights score: torchvision's on ImageNet's 50,000, or a run's on another data set.

    python -m cvlib.validate MODEL [--weights W] [--data NAME] ...        (see `cvlib.validate.__main__`)
"""
from cvlib.validate.given import Given, open_given
from cvlib.validate.validation import Validation

__all__ = ["Given", "Validation", "open_given"]
