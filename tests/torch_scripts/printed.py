"""The scripts of the lectures as they are printed: only the lines that import are changed."""

from functools import partial
from typing import Any

from tests.torch_scripts.common import draws, preset

_CLASS = """
import torch
from torch import nn, optim
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Classifier(nn.Module):
    def __init__(self, n_features, n_classes):
        super(Classifier, self).__init__()
        self.fc1 = nn.Linear(n_features, 10)
        self.fc2 = nn.Linear(10, 20)
        self.fc3 = nn.Linear(20, 15)
        self.fc4 = nn.Linear(15, n_classes)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return self.fc4(x)


train_loader = DataLoader(dataset=TensorDataset(features, classes), batch_size=8)
model = Classifier(4, 3).to(device)
start(model)
criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=0.005)
losses = []
for epoch in range(3):
    model.train()
    for i, (X, y) in enumerate(train_loader):
        X, y = X.to(device), y.to(device)
        outputs = model(X.type(torch.float32))
        loss = criterion(outputs, y.type(torch.long))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
model.eval()
with torch.no_grad():
    _, predicted = torch.max(model(features.type(torch.float32)), 1)
correct = (predicted == classes).sum().item()
"""

_JACOBIAN = """
import torch
from torch.nn import Sigmoid

x = torch.tensor([[1.0, -1.0, 1.0]], requires_grad=True)
W = torch.tensor([
    [0.7266, 0.7925, 0.7952, 0.2159],
    [0.3108, 0.1950, 0.6448, 0.6367],
    [0.0521, 0.2200, 0.5038, 0.9020],
])
b = torch.tensor([[0.3059, 0.2612, 0.9326, 0.5597]])
h_bar = x @ W + b
h = Sigmoid()(h_bar)
s = h.squeeze()
J = torch.diag(s * (1 - s)) @ W.T
h.backward(torch.ones_like(h))
"""


def _run(script: str, torch: Any, **names: Any) -> dict[str, Any]:
    """The variables of a script whose imports name this library."""
    own = torch.__name__
    for line in ("import torch", "import torch.nn.functional as F"):
        name = line.split()[1].replace("torch", own, 1)
        script = script.replace(f"{line}\n", f"import {name} as {line.split()[-1]}\n")
    exec(script.replace("from torch", f"from {own}"), names)
    return names


def lecture_class_and_loop(torch: Any) -> Any:
    features = torch.tensor(draws(30, 4).astype(float))
    names = {"features": features, "classes": torch.arange(30) % 3}
    end = _run(_CLASS, torch, start=partial(preset, torch), **names)
    return end["losses"], end["correct"], [p.sum().item() for p in end["model"].parameters()]


def lecture_jacobian(torch: Any) -> Any:
    end = _run(_JACOBIAN, torch)
    return [end[name].tolist() for name in ("h_bar", "h", "J")], end["x"].grad.tolist()
