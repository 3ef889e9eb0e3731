"""Neural networks over tracegrad's nodes: modules, losses, data, training, with PyTorch's names.

>>> import nn, optim
>>> X, y = nn.data.moons(100, rng=0)
>>> model = nn.MLP(2, [16, 2], rng=0)
>>> optimizer = optim.Adam(model.parameters(), lr=0.05)
>>> history = nn.fit(model, (X, y), nn.CrossEntropyLoss(), optimizer, epochs=30, seed=0)
>>> nn.metrics.accuracy(model(X), y) > 0.9
True

layers       ``Linear Bilinear Conv1d Conv2d Embedding RNN GRU LSTM MultiheadAttention
             TransformerEncoderLayer``, ``MaxPool1d AvgPool2d ...``, ``BatchNorm1d LayerNorm
             RMSNorm GroupNorm``, ``Dropout``, ``Flatten``, ``ReLU Tanh Sigmoid GELU ...``
put together ``Sequential``, ``ModuleList``, ``MLP``; ``Module`` and ``Parameter`` for your own
losses       ``MSELoss L1Loss HuberLoss CrossEntropyLoss BCEWithLogitsLoss NLLLoss KLDivLoss ...``
data         ``DataLoader``; ``nn.data``: load_iris load_digits moons read_table ...
train        ``fit``, ``evaluate``, ``predict``; ``EarlyStopping TensorBoard ...`` beside it;
             or the loop by hand: ``zero_grad``, ``backward``, ``step``
measure      ``report``: beside the best constant answer; ``nn.metrics``: accuracy f1 r2 ...
look         ``summary(model, X)``, ``nn.plots``, ``BoundaryMovie``, ``loss_surface``;
             ``live_page``: a page in which a small network is trained
save         ``save_weights load_weights``, ``save_checkpoint load_checkpoint``, ``from_torch``
send out     ``export``: a trained network in C, Python, JavaScript, ONNX, or as a page
begin        ``nn.init``, ``manual_seed``; every module takes ``rng=`` and ``dtype=``
functions    ``nn.functional``: layers and losses without a module
of numbers   ``nn.scalar``: micrograd's classes, over ``Value``
choose       ``search(space, objective, n)``: settings, tried in parallel; ``uniform loguniform
             integers``
estimators   ``nn.sklearn``: Classifier Regressor, for pipelines and grids of scikit-learn

Under the name ``tracegrad`` it is ``tg.nn``. ``help(nn.Linear)`` says what a module computes,
with shapes; ``dir(nn)`` lists them all.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nn import data, functional, init, metrics, plots, scalar
from nn.checkpoints import (
    from_torch,
    load_checkpoint,
    load_weights,
    save_checkpoint,
    save_weights,
    to_torch,
)
from nn.data import DataLoader
from nn.layers import (
    ELU,
    GELU,
    GRU,
    LSTM,
    MLP,
    RNN,
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AvgPool1d,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Bilinear,
    Conv1d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    GroupNorm,
    GRUCell,
    Identity,
    LayerNorm,
    LeakyReLU,
    Linear,
    LogSoftmax,
    LSTMCell,
    MaxPool1d,
    MaxPool2d,
    Module,
    ModuleList,
    MultiheadAttention,
    Parameter,
    PReLU,
    ReLU,
    RMSNorm,
    RNNCell,
    Sequential,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
    TransformerEncoderLayer,
    count_parameters,
)
from nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HingeLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    MSLELoss,
    NLLLoss,
    RMSELoss,
    SmoothL1Loss,
    SquaredHingeLoss,
    decay_groups,
    l1_penalty,
    l2_penalty,
)
from nn.pictures import BoundaryMovie, loss_surface, summary
from nn.rng import manual_seed
from nn.training import (
    Callback,
    Checkpoint,
    ClipGradients,
    Converged,
    CSVLog,
    EarlyStopping,
    History,
    InputNoise,
    JSONLog,
    LearningRate,
    Run,
    TensorBoard,
    evaluate,
    fit,
    predict,
)

if TYPE_CHECKING:
    from nn import sklearn as sklearn
    from nn.exports import export as export
    from nn.findings import Finding as Finding
    from nn.findings import Findings as Findings
    from nn.findings import why as why
    from nn.hyperparameters import integers as integers
    from nn.hyperparameters import loguniform as loguniform
    from nn.hyperparameters import search as search
    from nn.hyperparameters import uniform as uniform
    from nn.live import live_page as live_page
    from nn.reports import Report as Report
    from nn.reports import report as report

#: What is loaded when it is first asked for, by the folder that exports it.
_HOMES = {
    "exports": "export",
    "findings": "Finding Findings why",
    "hyperparameters": "integers loguniform search uniform",
    "live": "live_page",
    "reports": "Report report",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__tracegrad__ = True  # that these files are tracegrad's

__all__ = [
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AvgPool1d", "AvgPool2d", "BCELoss",
    "BCEWithLogitsLoss", "BatchNorm1d", "BatchNorm2d", "Bilinear", "BoundaryMovie", "CSVLog",
    "Callback", "Checkpoint", "ClipGradients", "Conv1d", "Conv2d", "Converged",
    "CrossEntropyLoss", "DataLoader", "Dropout", "ELU", "EarlyStopping", "Embedding", "Finding",
    "Findings", "Flatten", "GELU", "GRU", "GRUCell", "GroupNorm", "HingeLoss", "History",
    "HuberLoss", "Identity", "InputNoise", "JSONLog", "KLDivLoss", "L1Loss", "LSTM", "LSTMCell",
    "LayerNorm", "LeakyReLU", "LearningRate", "Linear", "LogSoftmax", "MLP", "MSELoss",
    "MSLELoss", "MaxPool1d", "MaxPool2d", "Module", "ModuleList", "MultiheadAttention",
    "NLLLoss", "PReLU", "Parameter", "RMSELoss", "RMSNorm", "RNN", "RNNCell", "ReLU", "Report",
    "Run", "Sequential", "SiLU", "Sigmoid", "SmoothL1Loss", "Softmax", "Softplus",
    "SquaredHingeLoss", "Tanh", "TensorBoard", "TransformerEncoderLayer", "count_parameters",
    "data", "decay_groups", "evaluate", "export", "fit", "from_torch", "functional", "init",
    "integers", "l1_penalty", "l2_penalty", "live_page", "load_checkpoint", "load_weights",
    "loguniform", "loss_surface", "manual_seed", "metrics", "plots", "predict", "report",
    "save_checkpoint", "save_weights", "scalar", "search", "sklearn", "summary", "to_torch",
    "uniform", "why",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "sklearn":
        return import_module("nn.sklearn")
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'nn' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"nn.{home}"), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
