"""What training a network, or asking it, holds in memory: counted from shapes alone, on the meta device.

Counted are tensors that must be there together: parameters, their gradients, the optimizer's state, the
batch, and what autograd keeps of the forward pass for the backward pass. Not counted is what comes and goes:
gradients of activities (PyTorch frees each as soon as it is used), workspaces of convolutions, and what CUDA
takes for itself. So a network needs more than `TrainingMemory.total`. In AlexNet not by much: its parameters
are at the end and its activations at the beginning, so that nearly all gradients are there while nearly all
activations still wait: at batch 128 the tensors of a step reach 5 to 8 % more than the total.

It is PyTorch's bookkeeping, not that of 2012, of which this much is known. In the snapshot of the source
(src/layer.cu: `Layer::postInit`, `Layer::truncBwdActs`; cuda-convnet2 has the same) each layer has a matrix
of outputs and a second one for their gradients, unless two layers share one, and gives them back only where
it is told to save memory; a ReLU works in place, response normalisation also keeps its divisors, convolutions
may keep partial sums of gradients. `TrainingMemory.in_pairs` counts in that way, without the partial sums. It
counts gradients of all parameters, though fully connected layers there add theirs straight into the momentum
(`FCLayer::bpropWeights`). Not known for the paper's runs: what of this was switched on (the command lines
were not released), and what the kernels of 2012 (not released either), the pictures that waited on the GPU
and its screen took beside it.
"""
from cvlib.memory.counting import training_memory
from cvlib.memory.held import OPTIMIZERS, LayerMemory, TrainingMemory
from cvlib.memory.inference import InferenceMemory, inference_memory

__all__ = ["OPTIMIZERS", "InferenceMemory", "LayerMemory", "TrainingMemory", "inference_memory",
           "training_memory"]
