"""A network trained on one of scikit-learn's data sets, five times, and its score on held-out rows.

Library by library the same split, sizes, batches, epochs, Adam with the same rate, and the same L2
penalty on the weights (scikit-learn's alpha is half a penalty, divided by the rows of a batch).
"""

import warnings
from typing import Any

from benchmarks.programs import Program

SEEDS = range(5)
ALPHA = 1e-4
#: Hidden widths, epochs, batch, learning rate.
PLANS: dict[str, tuple[list[int], int, int, float]] = {
    "iris": ([16], 60, 16, 0.01),
    "wine": ([16], 60, 16, 0.01),
    "breast_cancer": ([16], 40, 32, 0.005),
    "digits": ([64], 40, 32, 0.003),
    "diabetes": ([16], 40, 32, 0.003),
}


def split(dataset: str, seed: int) -> tuple[Any, Any, Any, Any]:
    """Standardised rows: 80 % to train, 20 % to test; the classes in proportion."""
    from sklearn import datasets
    from sklearn.model_selection import train_test_split

    X, y = getattr(datasets, f"load_{dataset}")(return_X_y=True)
    labels = None if dataset == "diabetes" else y
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.2, random_state=seed, stratify=labels)
    mean, std = X.mean(axis=0), X.std(axis=0)
    std[std == 0] = 1
    X, X_test = (X - mean) / std, (X_test - mean) / std
    if labels is None:
        mean, std = y.mean(), y.std()
        y, y_test = (y - mean) / std, (y_test - mean) / std
    return X, X_test, y, y_test


def by_tracegrad(dataset: str, seed: int, data: tuple[Any, Any, Any, Any]) -> float:
    import nn
    import optim

    X, X_test, y, y_test = data
    hidden, epochs, batch, lr = PLANS[dataset]
    regression = dataset == "diabetes"
    outputs = 1 if regression else int(y.max()) + 1
    net = nn.MLP(X.shape[1], [*hidden, outputs], rng=seed)
    target = y[:, None] if regression else y
    loss_fn = nn.MSELoss(half=True) if regression else nn.CrossEntropyLoss()
    optimizer = optim.Adam(nn.decay_groups(net, ALPHA / batch), lr=lr)
    nn.fit(net, (X, target), loss_fn, optimizer, epochs, batch_size=batch, seed=seed,
           progress=False)  # fmt: skip
    out = nn.predict(net, X_test)
    return nn.metrics.r2(out[:, 0], y_test) if regression else nn.metrics.accuracy(out, y_test)


def by_sklearn(dataset: str, seed: int, data: tuple[Any, Any, Any, Any]) -> float:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    X, X_test, y, y_test = data
    hidden, epochs, batch, lr = PLANS[dataset]
    kind = MLPRegressor if dataset == "diabetes" else MLPClassifier
    net = kind(
        hidden_layer_sizes=tuple(hidden), alpha=ALPHA, batch_size=batch, learning_rate_init=lr,
        max_iter=epochs, random_state=seed, tol=0.0, n_iter_no_change=epochs,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        net.fit(X, y)
    return float(net.score(X_test, y_test))


def by_torch(dataset: str, seed: int, data: tuple[Any, Any, Any, Any]) -> float:
    import torch

    torch.manual_seed(seed)
    regression = dataset == "diabetes"
    X, X_test, y, y_test = (
        torch.tensor(part, dtype=torch.float64 if i < 2 or regression else torch.int64)
        for i, part in enumerate(data)
    )
    hidden, epochs, batch, lr = PLANS[dataset]
    sizes = [X.shape[1], *hidden, 1 if regression else int(y.max()) + 1]
    layers: list[Any] = []
    for i in range(len(sizes) - 1):
        layers += [torch.nn.Linear(sizes[i], sizes[i + 1]), torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1]).double()
    weights = [p for p in net.parameters() if p.ndim > 1]
    biases = [p for p in net.parameters() if p.ndim == 1]
    groups = [{"params": weights, "weight_decay": ALPHA / batch}, {"params": biases}]
    optimizer = torch.optim.Adam(groups, lr=lr)
    loss_fn = torch.nn.MSELoss() if regression else torch.nn.CrossEntropyLoss()
    for _ in range(epochs):
        order = torch.randperm(len(X))
        for start in range(0, len(X), batch):
            rows = order[start : start + batch]
            out = net(X[rows])
            loss = loss_fn(out[:, 0], y[rows]) / 2 if regression else loss_fn(out, y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        out = net(X_test)
    if regression:
        return float(1 - ((out[:, 0] - y_test) ** 2).sum() / ((y_test - y_test.mean()) ** 2).sum())
    return float((out.argmax(1) == y_test).double().mean())


def prepare(library: str, dataset: str) -> Program:
    train = {"tracegrad": by_tracegrad, "sklearn": by_sklearn, "torch": by_torch}[library]
    splits = [split(dataset, seed) for seed in SEEDS]
    scores: list[float] = []

    def run(times: int) -> None:
        for _ in range(times):
            scores[:] = [train(dataset, seed, splits[seed]) for seed in SEEDS]

    return Program(run, lambda: {"score": scores})
