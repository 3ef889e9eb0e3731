"""Learning by examples, quickstart, gradients, logistic regression."""

import math
from typing import Any

import numpy as np

from tests.torch_scripts.common import draws, preset


def polynomial_by_tensors(torch: Any) -> Any:
    x = torch.linspace(-math.pi, math.pi, 200, device=torch.device("cpu"), dtype=torch.float)
    y = torch.sin(x)
    a, b, c, d = (torch.tensor(float(v)) for v in draws(4))
    for _ in range(20):
        y_pred = a + b * x + c * x**2 + d * x**3
        loss = (y_pred - y).pow(2).sum().item()
        grad = 2.0 * (y_pred - y)
        a -= 1e-5 * grad.sum()
        b -= 1e-5 * (grad * x).sum()
        c -= 1e-5 * (grad * x**2).sum()
        d -= 1e-5 * (grad * x**3).sum()
    return loss, a.item(), d.item()


def polynomial_by_autograd(torch: Any) -> Any:
    x = torch.linspace(-1, 1, 200, dtype=torch.float)
    y = torch.exp(x)
    a = torch.tensor(0.5, dtype=torch.float, requires_grad=True)
    b = torch.full((), -0.3, requires_grad=True)
    for _ in range(20):
        loss = ((a + b * x - y) ** 2).sum()
        loss.backward()
        with torch.no_grad():
            a -= 1e-3 * a.grad
            b -= 1e-3 * b.grad
            a.grad.zero_()
            b.grad = None
    return loss.item(), a.item(), b.item()


def polynomial_by_modules(torch: Any) -> Any:
    x = torch.linspace(-math.pi, math.pi, 200)
    xx = x.unsqueeze(-1).pow(torch.tensor([1, 2, 3]))
    model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))
    preset(torch, model)
    loss_fn = torch.nn.MSELoss(reduction="sum")
    for _ in range(10):
        loss = loss_fn(model(xx), torch.sin(x))
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for param in model.parameters():
                param -= 1e-7 * param.grad
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    for _ in range(10):
        loss = loss_fn(model(xx), torch.sin(x))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    layer = model[0]
    return loss.item(), layer.bias.item(), layer.weight[:, 0].item(), layer.weight[:, 2].item()


def polynomial_by_function(torch: Any) -> Any:
    class Legendre(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, input: Any) -> Any:
            ctx.save_for_backward(input)
            return 0.5 * (5 * input**3 - 3 * input)

        @staticmethod
        def backward(ctx: Any, grad_output: Any) -> Any:
            (input,) = ctx.saved_tensors
            return grad_output * 1.5 * (5 * input**2 - 1)

    x = torch.linspace(-1, 1, 50)
    c = torch.full((), 0.4, requires_grad=True)
    d = torch.full((), 0.7, requires_grad=True)
    for _ in range(10):
        loss = (Legendre.apply(c + d * x) - torch.sin(x)).pow(2).sum()
        loss.backward()
        with torch.no_grad():
            c -= 1e-3 * c.grad
            d -= 1e-3 * d.grad
            c.grad = d.grad = None
    return loss.item(), c.item(), d.item()


def polynomial_by_dynamic_module(torch: Any) -> Any:
    class DynamicNet(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.a = torch.nn.Parameter(torch.tensor(0.2))
            self.e = torch.nn.Parameter(torch.tensor(-0.1))

        def forward(self, x: Any, order: int) -> Any:
            y = self.a * x
            for exp in range(4, order):
                y = y + self.e * x**exp
            return y

        def string(self) -> str:
            return f"y = {self.a.item():.3f} x + {self.e.item():.3f} ?"

    x = torch.linspace(-1, 1, 50)
    model = DynamicNet()
    criterion = torch.nn.MSELoss(reduction="sum")
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
    for t in range(10):
        loss = criterion(model(x, 4 + t % 3), torch.sin(x))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert model.string().startswith("y = 0.")
    return loss.item(), *[p.item() for p in model.parameters()]


def quickstart(torch: Any) -> Any:
    nn, data = torch.nn, torch.utils.data

    class Pictures(data.Dataset):  # type: ignore[misc, name-defined]
        def __len__(self) -> int:
            return 20

        def __getitem__(self, idx: int) -> Any:
            return torch.tensor(draws(1, 4, 4, seed=idx)), idx % 3

    class NeuralNetwork(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.flatten = nn.Flatten()
            self.linear_relu_stack = nn.Sequential(
                nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 3)
            )

        def forward(self, x: Any) -> Any:
            return self.linear_relu_stack(self.flatten(x))

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = preset(torch, NeuralNetwork().to(device))
    loader = data.DataLoader(dataset=Pictures(), batch_size=8, shuffle=False)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(2):
        model.train()
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            loss = loss_fn(model(X), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    model.eval()
    correct = 0.0
    with torch.no_grad():
        for X, y in loader:
            correct += (model(X).argmax(1) == y).type(torch.float).sum().item()
    probabilities = nn.Softmax(dim=1)(model(torch.ones(1, 4, 4)))
    shapes = [list(p.size()) for _, p in model.named_parameters()]
    assert X.shape == (4, 1, 4, 4)
    return loss.item(), correct, probabilities.tolist(), shapes, len(loader.dataset)


def gradients(torch: Any) -> Any:
    x, y = torch.ones(5), torch.zeros(3)
    w = torch.tensor(draws(5, 3), requires_grad=True)
    b = torch.tensor(draws(3), requires_grad=True)
    z = torch.matmul(x, w) + b
    loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y)
    z.retain_grad()
    loss.backward(retain_graph=True)
    loss.backward()
    with torch.no_grad():
        assert not (x @ w).requires_grad
    assert not z.detach().requires_grad
    inp = torch.eye(4, 5, requires_grad=True)
    out = (inp + 1).pow(2).t()
    out.backward(torch.ones_like(out), retain_graph=True)
    v = torch.tensor(2.0, requires_grad=True)
    (first,) = torch.autograd.grad(v**3, v, create_graph=True)
    (second,) = torch.autograd.grad(first, v)
    return loss.item(), w.grad.tolist(), inp.grad.tolist(), first.item(), second.item()


def logistic_regression(torch: Any) -> Any:
    weights = torch.from_numpy(draws(6, 4)) / math.sqrt(6)
    weights.requires_grad_()
    bias = torch.zeros(4, requires_grad=True)
    x, y = map(torch.tensor, (draws(32, 6, seed=1), np.arange(32) % 4))

    def log_softmax(x: Any) -> Any:
        return x - x.exp().sum(-1).log().unsqueeze(-1)

    def nll(input: Any, target: Any) -> Any:
        return -input[range(target.shape[0]), target].mean()

    def accuracy(out: Any, yb: Any) -> Any:
        return (torch.argmax(out, dim=1) == yb).float().mean()

    for i in range(4):
        xb, yb = x[i * 8 : (i + 1) * 8], y[i * 8 : (i + 1) * 8]
        loss = nll(log_softmax(xb @ weights + bias), yb)
        loss.backward()
        with torch.no_grad():
            weights -= weights.grad * 0.5
            bias -= bias.grad * 0.5
            weights.grad.zero_()
            bias.grad.zero_()
    dataset = torch.utils.data.TensorDataset(x, y)
    loader = torch.utils.data.DataLoader(dataset, batch_size=16)
    with torch.inference_mode():
        out = x @ weights + bias
    total = sum(torch.nn.functional.cross_entropy(xb @ weights + bias, yb) for xb, yb in loader)
    xb, yb = dataset[4:8]
    return loss.item(), accuracy(out, y).item(), total.item(), xb.shape[0], yb.tolist()
