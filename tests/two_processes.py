"""What tests/test_processes.py starts twice at once: a small training; the first writes its result."""
import json
import sys
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import cvlib
from cvlib.accelerators import accelerator_for

RECIPE = cvlib.Recipe(name="toy", model="alexnet_mini", image_size=8, epochs=3, batch_size=8, lr=0.05,
                      label_smoothing=0.1, groups=({"kind": "group", "pattern": "*.bias", "lr_factor": 2.0},),
                      ema={"kind": "ema", "decay": 0.5})


def train(pictures: int = 21) -> dict:
    """Shuffled labels, a last batch of five pictures, no dropout: history, weights and what is said then."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(pictures)[torch.randperm(pictures, generator=generator)] % 4
    data = TensorDataset(torch.randn(pictures, 3, 8, 8, generator=generator), labels)
    torch.manual_seed(1)
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 4))
    loaders = DataLoader(data, batch_size=8, shuffle=True), DataLoader(data, batch_size=8)
    accelerator = accelerator_for()
    history = [(s.train_loss, s.train_accuracy, s.val_loss, s.val_accuracy, s.lr)
               for s in cvlib.fit(model, *loaders, RECIPE, accelerator=accelerator)]
    said = cvlib.evaluate(model, loaders[1], accelerator=accelerator)
    return {"history": history, "weights": [w.flatten().tolist() for w in model.state_dict().values()],
            "labels": said.labels.tolist(), "expected": labels.tolist(),
            "processes": accelerator.num_processes, "main": accelerator.is_main_process}


if __name__ == "__main__":
    result = train()
    if result["main"]:
        Path(sys.argv[1]).write_text(json.dumps(result))
    from cvlib.run import main
    main(sys.argv[2:])
