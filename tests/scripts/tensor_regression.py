"""Least squares by arrays, with a function and a learning rate from the command line."""

import argparse

import numpy as np

from autograd import Tensor

parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float, default=0.1)
rate = parser.parse_args().rate

rng = np.random.default_rng(0)
X = rng.normal(size=(5, 2))
y = X @ [1.0, -2.0] + 0.5
w, b = Tensor(np.zeros(2)), Tensor(0.0)


def predict(X):
    return X @ w + b


for _ in range(3):
    loss = ((predict(X) - y) ** 2).mean()
    w.grad = b.grad = None
    loss.backward()
    w.data -= rate * w.grad
    b.data -= rate * b.grad
print(loss.item())
