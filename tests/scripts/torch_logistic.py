"""Logistic regression from nothing: log-softmax and the negative log-likelihood by hand."""

import math

import numpy as np
import torch

rng = np.random.default_rng(0)
x_train, y_train = map(torch.tensor, (rng.normal(size=(8, 4)).astype("f"), np.arange(8) % 3))
weights = torch.randn(4, 3) / math.sqrt(4)
weights.requires_grad_()
bias = torch.zeros(3, requires_grad=True)


def log_softmax(x):
    return x - x.exp().sum(-1).log().unsqueeze(-1)


def model(xb):
    return log_softmax(xb @ weights + bias)


def nll(input, target):
    return -input[range(target.shape[0]), target].mean()


def accuracy(out, yb):
    return (torch.argmax(out, dim=1) == yb).float().mean()


bs, lr = 4, 0.5
for epoch in range(2):
    for i in range((8 - 1) // bs + 1):
        xb, yb = x_train[i * bs : i * bs + bs], y_train[i * bs : i * bs + bs]
        pred = model(xb)
        loss = nll(pred, yb)
        loss.backward()
        with torch.no_grad():
            weights -= weights.grad * lr
            bias -= bias.grad * lr
            weights.grad.zero_()
            bias.grad.zero_()
print(accuracy(model(xb), yb))
print(loss.item())
