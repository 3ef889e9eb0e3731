"""W28, W29 and W36: the training procedure, a PyTorch script, and the loss around the result."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

import nn
import optim
from autograd.typing import Array, State
from nn.data import DataLoader, load_iris, moons, standardize, train_test_split
from optim.examples import Outcome, Table, example, panels
from optim.figures import colour_bar

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes


@example("W28", "training-procedure", "The training procedure, on the irises")
def training_procedure(epochs: int = 200, seed: int = 0) -> Outcome:
    """Initialise, split three ways, and until converged: forward, gradient, update; validate."""
    iris = load_iris()
    X, X_test, y, y_test = train_test_split(
        iris.X, iris.y, test_size=0.2, rng=seed, stratify=iris.y
    )
    X, X_val, y, y_val = train_test_split(X, y, test_size=0.2, rng=seed, stratify=y)
    X, X_val, X_test = standardize(X, X_val, X_test)
    net = nn.MLP(4, [16, 3], rng=seed)
    log: list[str] = []
    history = nn.fit(
        net, (X, y), nn.CrossEntropyLoss(), optim.Adam(net.parameters(), lr=0.01), epochs,
        validation=(X_val, y_val), metrics=["accuracy"], batch_size=16, seed=seed,
        callbacks=[nn.EarlyStopping(patience=20)], log=log.append, progress=False,
    )  # fmt: skip
    test = nn.evaluate(net, (X_test, y_test), nn.CrossEntropyLoss(), ["accuracy"])
    epochs_of_table = sorted({*range(0, len(log), max(len(log) // 8, 1)), len(log) - 1})
    rows = [[history.rows[i][name] for name in history.names[:-2]] for i in epochs_of_table]
    table = Table("at the ends of some epochs", history.names[:-2], rows)
    return Outcome(
        {
            "rows": (len(X), len(X_val), len(X_test)), "epochs": len(history),
            "stopped": history.stopped, "loss": history["loss"], "val_loss": history["val_loss"],
            "test accuracy": test["accuracy"], "test loss": test["loss"], "log": log,
        },
        history.plot, [table],
        [f"stopped: {history.stopped or 'the epoch limit'}",
         f"accuracy on the {len(X_test)} test rows, which nothing was chosen by: "
         f"{test['accuracy']:.3f}"],
    )  # fmt: skip


#: The lecture's script; nothing in it but its imports differs from PyTorch's.
SCRIPT = """\
import numpy as np
import nn, optim
import nn.functional as F
from nn.data import DataLoader

class Classifier(nn.Module):
    def __init__(self, n_features, n_classes):
        super().__init__()
        self.fc1 = nn.Linear(n_features, 10)
        self.fc2 = nn.Linear(10, 20)
        self.fc3 = nn.Linear(20, 15)
        self.fc4 = nn.Linear(15, n_classes)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return self.fc4(x)

model = Classifier(n_features, n_classes)
loss_fn = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=0.005)
for epoch in range(num_epochs):
    model.train()
    for i, (X, y) in enumerate(train_loader):
        X, y = X.to("cpu"), y.to("cpu")
        outputs = model(X.type(np.float32))
        loss = loss_fn(outputs, y.type(np.int64))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
"""


@example("W29", "pytorch-script", "A PyTorch script with only its imports changed")
def pytorch_script(num_epochs: int = 40) -> Outcome:
    """The lecture's classifier, run as it is written for PyTorch but for its imports."""
    iris = load_iris()
    X, X_test, y, y_test = train_test_split(iris.X, iris.y, test_size=0.2, rng=0, stratify=iris.y)
    X, X_test = standardize(X, X_test)
    nn.manual_seed(0)
    names: dict[str, Any] = {
        "n_features": 4, "n_classes": 3, "num_epochs": num_epochs,
        "train_loader": DataLoader(X, y, batch_size=16, shuffle=True, seed=0),
    }  # fmt: skip
    exec(compile(SCRIPT, "<the lecture's script>", "exec"), names)
    model = names["model"]
    outputs = nn.predict(model, X_test)
    accuracy = nn.metrics.accuracy(outputs, y_test)
    shapes = [(name, str(p.shape), p.size) for name, p in model.named_parameters()]
    return Outcome(
        {"test accuracy": accuracy, "loss": names["loss"].item(),
         "parameters": nn.count_parameters(model), "names": [row[0] for row in shapes]},
        partial(nn.plots.confusion_matrix, outputs, y_test, iris.classes),
        [Table("", ("parameter", "shape", "size"), shapes)],
        [SCRIPT],
    )  # fmt: skip


#: The lecture's other script: a layer, and the Jacobian of its output by its input.
LAYER_SCRIPT = """\
import autograd
import nn

x = autograd.Tensor([[1.0, -1.0, 1.0]])
W = autograd.Tensor([[0.7266, 0.7925, 0.7952, 0.2159],
                     [0.3108, 0.1950, 0.6448, 0.6367],
                     [0.0521, 0.2200, 0.5038, 0.9020]])
b = autograd.Tensor([[0.3059, 0.2612, 0.9326, 0.5597]])

h_bar = x @ W + b
h = nn.Sigmoid()(h_bar)
slope = (h * (1 - h)).squeeze()
jacobian = autograd.diag(slope) @ W.T
"""


@example("W53", "sigmoid-script", "The script of a sigmoid layer and its Jacobian")
def sigmoid_script() -> Outcome:
    """The lecture's script of one layer, run; its four arrays."""
    names: State = {}
    exec(compile(LAYER_SCRIPT, "<the lecture's script>", "exec"), names)
    arrays = {name: names[name].data for name in ("h_bar", "h", "slope", "jacobian")}
    rows = [
        ("" if i else name, "  ".join(f"{value:.4f}" for value in row))
        for name, array in arrays.items()
        for i, row in enumerate(np.atleast_2d(array))
    ]

    def draw(ax: Axes = None) -> Figure:
        figure, ((axes,),) = panels(1, 1, ax=ax)
        image = axes.imshow(arrays["jacobian"], cmap="viridis")
        axes.set(title="∂h/∂x = diag(h(1-h)) Wᵀ", xlabel="x", ylabel="h", xticks=range(3),
                 yticks=range(4))  # fmt: skip
        colour_bar(image, axes)
        return figure

    return Outcome(arrays, draw, [Table("", ("", "value"), rows)], [LAYER_SCRIPT])


@example("W36", "loss-surface", "The loss around trained weights")
def loss_surface_of_a_network(resolution: int = 31) -> Outcome:
    """The loss of a trained network on a plane through its weights."""
    X, y = moons(200, 0.15, rng=36)
    net = nn.MLP(2, [16, 16, 2], activation="tanh", rng=36)
    start = nn.evaluate(net, (X, y), nn.CrossEntropyLoss())["loss"]
    nn.fit(net, (X, y), nn.CrossEntropyLoss(), optim.Adam(net.parameters(), lr=0.01), 60, seed=36,
           progress=False)  # fmt: skip
    surface = nn.loss_surface(net, (X, y), nn.CrossEntropyLoss(), resolution=resolution, rng=36)
    middle = resolution // 2
    losses = {
        "at the weights": float(surface.losses[middle, middle]),
        "least on the plane": float(surface.losses.min()),
        "largest on the plane": float(surface.losses.max()),
        "before training": start,
    }
    lengths = [
        (name, float(np.linalg.norm(net.state_dict()[name])), float(np.linalg.norm(d)))
        for name, d in surface.directions[0].items()
    ]
    return Outcome(
        {**losses, "lengths": lengths}, surface.plot, live=surface.parts, tables=
        [Table("loss", tuple(losses), [tuple(losses.values())]),
         Table("filter normalisation: the direction is as long as the weights, and biases rest",
               ("parameter", "length", "direction"), lengths)],
    )  # fmt: skip


def decision_panels(
    nets: dict[str, nn.Module], X: Array, y: Array, columns: int, ax: Axes = None
) -> Figure:
    """The decision boundaries of several networks, in rows of ``columns``."""
    figure, axes = panels(-(-len(nets) // columns), columns, ax=ax)
    for one, (name, net) in zip(axes.flat, nets.items()):
        nn.plots.decision_boundary(net, X, y, ax=one, resolution=120)
        one.set_title(name)
    return figure
