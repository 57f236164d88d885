"""Whether PyTorch can use the GPU that is there."""

__all__ = ["try_gpu"]


def try_gpu() -> None:
    """Take one real step on the GPU, where there is one: to ask whether there is one is not enough.

    Raises RuntimeError that names a card for which this PyTorch has no kernels, and what to choose instead.
    """
    import torch

    try:
        if torch.cuda.is_available():
            torch.ones(1, device="cuda").add_(1)
    except RuntimeError as old:
        raise RuntimeError(
            f"the {torch.cuda.get_device_name()} is too old for the PyTorch here. On Kaggle choose Settings, "
            "Accelerator, GPU T4 x2 (not a P100), on Colab Runtime, Change runtime type, T4 GPU; or none"
        ) from old
