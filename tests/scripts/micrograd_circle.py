"""A classifier by micrograd's own networks: hinge loss, weight decay, a falling learning rate."""

import random

import numpy as np
from micrograd.engine import Value
from micrograd.nn import MLP

np.random.seed(7)
random.seed(7)
X = np.random.uniform(-1, 1, (8, 2))
y = np.where((X**2).sum(axis=1) < 0.6, 1, -1)

model = MLP(2, [4, 1])
print(model)
print("number of parameters", len(model.parameters()))


def loss(batch_size=None):
    if batch_size is None:
        Xb, yb = X, y
    else:
        ri = np.random.permutation(X.shape[0])[:batch_size]
        Xb, yb = X[ri], y[ri]
    inputs = [list(map(Value, xrow)) for xrow in Xb]
    scores = list(map(model, inputs))
    losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(yb, scores)]
    data_loss = sum(losses) * (1.0 / len(losses))
    reg_loss = 1e-4 * sum(p * p for p in model.parameters())
    accuracy = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(yb, scores)]
    return data_loss + reg_loss, sum(accuracy) / len(accuracy)


for k in range(3):
    total_loss, acc = loss()
    model.zero_grad()
    total_loss.backward()
    learning_rate = 1.0 - 0.9 * k / 3
    for p in model.parameters():
        p.data -= learning_rate * p.grad
    print(f"step {k}, accuracy {acc * 100}%")
print(total_loss.data)
