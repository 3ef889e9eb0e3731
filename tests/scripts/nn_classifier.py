"""A classifier by nn and optim."""

import numpy as np

import nn
import optim
from autograd import Tensor

rng = np.random.default_rng(0)
x, y = Tensor(rng.normal(size=(6, 2)), requires_grad=False), np.array([0, 1, 2, 0, 1, 2])
model = nn.Sequential(nn.Linear(2, 4, rng=0), nn.Tanh(), nn.Linear(4, 3, rng=1))
optimizer = optim.Adam(model.parameters(), lr=0.05)
criterion = nn.CrossEntropyLoss()
for _ in range(3):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
print(loss.item())
