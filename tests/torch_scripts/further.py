"""Matrices, lazy layers, derivatives of functions, further activations and losses, samplers."""

from typing import Any

from tests.torch_scripts.common import draws, preset


def matrices(torch: Any) -> Any:
    linalg = torch.linalg
    A = torch.tensor(draws(3, 3), requires_grad=True)
    S = A @ A.T + torch.eye(3)
    x = linalg.solve(S, torch.tensor(draws(3, 2, seed=1)))
    parts = linalg.eigh(S).eigenvalues, linalg.svd(S).S, linalg.cholesky(S), linalg.qr(A).R.abs()
    numbers = linalg.det(A), linalg.norm(A, 2), linalg.matrix_norm(A), linalg.slogdet(S).logabsdet
    vectors = linalg.vector_norm(A, 3, 1), linalg.multi_dot([A, S, A]), linalg.cross(A, S)
    (sum(p.sum() for p in (*parts, *numbers, *vectors)) + x.sum()).backward()
    U, s, V = torch.svd(S.detach())
    return (
        A.grad.tolist(), [n.item() for n in numbers], [v.tolist() for v in vectors],
        (U @ torch.diag(s) @ V.T).tolist(), s.tolist(), linalg.matrix_rank(S.detach()).item(),
    )  # fmt: skip


def other_shapes_and_places(torch: Any) -> Any:
    x = torch.tensor(draws(3, 4), requires_grad=True)
    places = torch.tensor([[0], [3], [1]])
    made = [
        x.movedim(0, 1), x.unflatten(1, (2, 2)), torch.diff(x), x.diagonal(1),
        x.where(x > 0, 0.5 * x), x.where(x > 0, -1.0), torch.kron(x[:1], x[:, :2]),
        torch.zeros(3, 4).scatter(1, places, x[:, :1]),
        torch.addmm(torch.ones(3, 3), x, x.T, beta=0.5), torch.cross(x[:, :3], x[:, 1:], dim=1),
        torch.flip(x, dims=[0]), torch.permute(x, dims=(1, 0)), torch.column_stack((x[0], x[1])),
        *torch.std_mean(x, 1),
        torch.cumsum(x, axis=0), *torch.var_mean(x), torch.hypot(x, x + 1), torch.erfc(x),
    ]  # fmt: skip
    sum((m**2).sum() for m in made).backward()
    bits = torch.bitwise_xor(torch.tensor([5, 3]), torch.tensor([1, 6]))
    counts = torch.count_nonzero(x > 0, dim=1)
    return x.grad.tolist(), [m.tolist() for m in made], bits.tolist(), counts.tolist()


def derivatives_of_functions(torch: Any) -> Any:
    functional = torch.autograd.functional
    x, y = torch.tensor(draws(3, 2)), torch.tensor(draws(3, 2, seed=1))
    one = functional.jacobian(lambda x: (x**2).sum(1), x)
    two = functional.jacobian(lambda x, y: (x @ y.T, x.exp()), (x, y))
    second = functional.hessian(lambda x, y: (x**2 * y**3).sum(), (x, y))
    return (
        one.tolist(), [[part.tolist() for part in row] for row in two],
        [[part.tolist() for part in row] for row in second],
        functional.vjp(lambda x: x**3, x, y)[1].tolist(),
        functional.hvp(lambda x: (x**3).sum() * x[0, 0], x, y)[1].tolist(),
    )  # fmt: skip


def lazy_layers(torch: Any) -> Any:
    nn = torch.nn
    net = nn.Sequential(
        nn.LazyConv2d(2, kernel_size=3, padding=1), nn.LazyBatchNorm2d(), nn.ReLU(), nn.Flatten(),
        nn.LazyLinear(3),
    )  # fmt: skip
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5)
    x, y = torch.tensor(draws(4, 2, 5, 5)), torch.tensor([0, 2, 1, 0])
    weight = net[4].weight
    with torch.no_grad():
        net(x)
    assert weight is net[4].weight and type(net[4]) is nn.Linear and weight.shape == (3, 50)
    preset(torch, net)
    losses = []
    for _ in range(4):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(x), y)
        with torch.no_grad():  # as textbooks write it
            loss.backward()
            optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses, net[4].bias.tolist(), optimizer.param_groups[0]["lr"]


def further_activations(torch: Any) -> Any:
    nn, x = torch.nn, torch.tensor([*(3 * draws(7)).tolist(), -1.0, 0.0, 6.0], requires_grad=True)
    layers = [
        nn.Hardtanh(-1, 2), nn.ReLU6(), nn.Hardsigmoid(), nn.Hardswish(), nn.CELU(0.5), nn.SELU(),
        nn.Mish(), nn.Softsign(), nn.Tanhshrink(), nn.Softmin(dim=0), nn.GLU(), nn.LogSigmoid(),
    ]  # fmt: skip
    outputs = [layer(x) for layer in layers]
    sum((out**2).sum() for out in outputs).backward()
    return [out.tolist() for out in outputs], x.grad.tolist()


def further_losses(torch: Any) -> Any:
    nn = torch.nn
    a, b, c = (torch.tensor(draws(4, 3, seed=i), requires_grad=True) for i in range(3))
    y, counts = torch.tensor([1, -1, 1, -1]), torch.tensor([[0.0, 1.0, 4.0]] * 4)
    losses = [
        nn.CosineEmbeddingLoss(margin=0.2)(a, b, y), nn.TripletMarginLoss(0.5, swap=True)(a, b, c),
        nn.TripletMarginLoss(p=1.0, reduction="sum")(a, b, c),
        nn.MarginRankingLoss(0.3)(a[:, 0], b[:, 0], y), nn.HingeEmbeddingLoss()(a[:, 1], y),
        nn.SoftMarginLoss(reduction="none")(b[:, 1], y), nn.PoissonNLLLoss(full=True)(a, counts),
        nn.PoissonNLLLoss(log_input=False)(b**2, counts),
        nn.GaussianNLLLoss(full=True)(a, b, c**2 + 0.1), nn.CosineSimilarity()(a, b),
        nn.PairwiseDistance(keepdim=True)(b, c),
    ]  # fmt: skip
    sum(loss.sum() for loss in losses).backward()
    return [loss.tolist() for loss in losses], [t.grad.tolist() for t in (a, b, c)]


def samplers(torch: Any) -> Any:
    data = torch.utils.data
    rows = data.TensorDataset(torch.arange(10))
    kept = data.SubsetRandomSampler([1, 4, 7])
    drawn = data.RandomSampler(rows, replacement=True, num_samples=25)
    first = data.DataLoader(rows, 2, sampler=kept)
    never = data.WeightedRandomSampler([0.0, 1.0, 0.0], 4)
    loader = data.DataLoader(
        rows, batch_size=4, sampler=data.SequentialSampler(rows), drop_last=True
    )
    return (
        sorted(x.item() for (batch,) in first for x in batch), len(first), len(list(drawn)),
        list(never), [batch.tolist() for (batch,) in loader], len(loader),
    )  # fmt: skip
