"""`python -m cvlib.run` as if the decoded pictures were too many to keep: what two processes start in
tests/test_imagenet_training.py."""
from cvlib.data import source
from cvlib.run import main

source.LARGEST = 0

if __name__ == "__main__":
    main()
