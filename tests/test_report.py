"""The report's recipe at its full picture size: nobody can run the whole of it on two cores, so this much."""
import os
from dataclasses import replace
from math import log

import numpy as np
import pytest
import torch

import cvlib
from cvlib.data import Crops, loader, normalise_of, open_source, preprocess_of

STEPS, BATCH = 300, 8


@pytest.mark.slow
def test_its_loss_falls_within_300_small_batches(cache):
    torch.set_num_threads(os.cpu_count())
    recipe = replace(cvlib.get_recipe("alexnet_report"), epochs=1, batch_size=BATCH)
    scenes = cvlib.load_dataset("scenes", "train")
    source = open_source(scenes, preprocess_of(recipe))
    crops = Crops(scenes, source, normalise_of(source), augment=recipe.augment)
    model = cvlib.create_model(recipe.model, num_classes=6, image_size=300, **recipe.model_options)
    batches, rounds = loader(crops, BATCH, shuffle=True), STEPS // (len(scenes) // BATCH)

    stats = list(cvlib.fit(model, batches, loader(crops, 48), replace(recipe, epochs=rounds)))

    losses = np.array([epoch.train_loss for epoch in stats])
    assert len(batches) * rounds == STEPS
    print(f"losses of {rounds} rounds: {losses.round(2)}; chance {log(6):.2f}")
    assert (np.diff(losses) < 0).all()
    assert losses[-1] < 0.75 * log(6), "it is still at chance"
