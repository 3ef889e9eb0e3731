"""Characters, batch normalisation by hand, a VAE, policy gradients, attention, odds and ends."""

from itertools import pairwise
from typing import Any

import numpy as np

from tests.torch_scripts.common import draws, preset


def makemore_bigrams(torch: Any) -> Any:
    words = ["emma", "olivia", "ava"]
    stoi = {s: i + 1 for i, s in enumerate(sorted(set("".join(words))))} | {".": 0}
    N = torch.zeros((len(stoi), len(stoi)), dtype=torch.int32)
    xs, ys = [], []
    for w in words:
        chars = [".", *w, "."]
        for a, b in pairwise(chars):
            N[stoi[a], stoi[b]] += 1
            xs.append(stoi[a])
            ys.append(stoi[b])
    P = (N + 1).float()
    P /= P.sum(1, keepdims=True)
    likelihood = torch.log(P[xs, ys]).mean()
    xs, ys = torch.tensor(xs), torch.tensor(ys)
    W = torch.tensor(draws(len(stoi), len(stoi)), requires_grad=True)
    xenc = torch.nn.functional.one_hot(xs, num_classes=len(stoi)).float()
    for _ in range(3):
        counts = (xenc @ W).exp()
        probs = counts / counts.sum(1, keepdims=True)
        loss = -probs[torch.arange(xs.nelement()), ys].log().mean() + 0.01 * (W**2).mean()
        W.grad = None
        loss.backward()
        W.data += -5 * W.grad
    g = torch.Generator().manual_seed(2147483647)
    ix = torch.multinomial(P[0], num_samples=1, replacement=True, generator=g).item()
    assert 0 <= ix < len(stoi)
    return likelihood.item(), loss.item(), N.sum().item(), xenc.shape[1]


def makemore_mlp(torch: Any) -> Any:
    F = torch.nn.functional
    g = torch.Generator().manual_seed(42)
    assert torch.randint(0, 9, (4,), generator=g).max() < 9
    X, Y = torch.tensor(np.arange(60).reshape(20, 3) % 7), torch.tensor(np.arange(20) % 7)
    C, W1, b1, W2, b2 = parameters = [
        torch.tensor(0.5 * draws(*shape, seed=i))
        for i, shape in enumerate([(7, 2), (6, 10), (10,), (10, 7), (7,)])
    ]
    for p in parameters:
        p.requires_grad = True
    assert sum(p.nelement() for p in parameters) == 161
    for i in range(5):
        ix = torch.tensor(np.arange(i, i + 8))
        emb = C[X[ix]]
        h = torch.tanh(emb.view(-1, 6) @ W1 + b1)
        logits = h @ W2 + b2
        loss = F.cross_entropy(logits, Y[ix])
        for p in parameters:
            p.grad = None
        loss.backward()
        lr = 0.1 if i < 3 else 0.01
        for p in parameters:
            p.data += -lr * p.grad
    cat = torch.cat(torch.unbind(C[X], 1), 1)
    return loss.item(), C.tolist(), cat.shape[1], F.softmax(logits, dim=1)[0].tolist()


def batch_norm_by_hand(torch: Any) -> Any:
    x = torch.tensor(draws(12, 5), requires_grad=True)
    gain, bias = torch.ones((1, 5), requires_grad=True), torch.zeros((1, 5), requires_grad=True)
    mean_running, std_running = torch.zeros((1, 5)), torch.ones((1, 5))
    mean, std = x.mean(0, keepdim=True), x.std(0, keepdim=True)
    hpreact = gain * (x - mean) / std + bias
    with torch.no_grad():
        mean_running = 0.999 * mean_running + 0.001 * mean
        std_running = 0.999 * std_running + 0.001 * std
    var = 1 / (12 - 1) * ((x - x.mean(0, keepdim=True)) ** 2).sum(0, keepdim=True)
    assert torch.allclose(var, x.var(0, keepdim=True, unbiased=True))
    maxes = hpreact.max(1, keepdim=True).values
    counts = (hpreact - maxes).exp()
    probs = counts * counts.sum(1, keepdims=True) ** -1
    for t in (hpreact, maxes, counts, probs):
        t.retain_grad()
    loss = -probs.log()[range(12), torch.arange(12) % 5].mean()
    loss.backward()
    dprobs = torch.zeros_like(probs)
    dprobs[range(12), torch.arange(12) % 5] = -1.0 / 12 / probs[range(12), torch.arange(12) % 5]
    assert torch.allclose(dprobs, probs.grad, atol=1e-6)
    return loss.item(), x.grad.tolist(), maxes.grad.tolist(), std_running.tolist()


def modules_by_hand(torch: Any) -> Any:
    class Linear:
        def __init__(self, fan_in: int, fan_out: int) -> None:
            self.weight = torch.tensor(draws(fan_in, fan_out)) / fan_in**0.5
            self.bias = torch.zeros(fan_out)

        def __call__(self, x: Any) -> Any:
            self.out = x @ self.weight + self.bias
            return self.out

        def parameters(self) -> Any:
            return [self.weight, self.bias]

    class Tanh:
        def __call__(self, x: Any) -> Any:
            self.out = torch.tanh(x)
            return self.out

        def parameters(self) -> Any:
            return []

    layers: list[Any] = [Linear(4, 6), Tanh(), Linear(6, 3)]
    with torch.no_grad():
        layers[-1].weight *= 0.1
        layers[0].weight[0, 1] = 0.25
    parameters = [p for layer in layers for p in layer.parameters()]
    for p in parameters:
        p.requires_grad = True
    x = torch.tensor(draws(8, 4, seed=3))
    for layer in layers:
        x = layer(x)
    loss = torch.nn.functional.cross_entropy(x, torch.tensor([0, 1, 2, 0, 1, 2, 0, 1]))
    for layer in layers:
        layer.out.retain_grad()
    loss.backward()
    t = layers[1].out
    saturated = (t.abs() > 0.97).float().mean() * 100
    ratios = [(0.1 * p.grad.std() / p.data.std()).item() for p in parameters if p.ndim == 2]
    return loss.item(), saturated.item(), ratios, t.grad.tolist(), t.mean().item(), t.std().item()


def variational_autoencoder(torch: Any) -> Any:
    nn, F = torch.nn, torch.nn.functional
    eps = torch.tensor(draws(6, 2, seed=9))

    class VAE(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.fc1, self.fc21, self.fc22 = nn.Linear(8, 5), nn.Linear(5, 2), nn.Linear(5, 2)
            self.fc3, self.fc4 = nn.Linear(2, 5), nn.Linear(5, 8)

        def encode(self, x: Any) -> Any:
            h1 = F.relu(self.fc1(x))
            return self.fc21(h1), self.fc22(h1)

        def reparameterize(self, mu: Any, logvar: Any) -> Any:
            std = torch.exp(0.5 * logvar)
            assert torch.randn_like(std).shape == std.shape
            return mu + eps * std

        def forward(self, x: Any) -> Any:
            mu, logvar = self.encode(x.view(-1, 8))
            h3 = F.relu(self.fc3(self.reparameterize(mu, logvar)))
            return torch.sigmoid(self.fc4(h3)), mu, logvar

    x = torch.tensor(draws(6, 2, 4)).sigmoid()
    model = preset(torch, VAE())
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(3):
        optimizer.zero_grad()
        recon, mu, logvar = model(x)
        BCE = F.binary_cross_entropy(recon, x.view(-1, 8), reduction="sum")
        KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        (BCE + KLD).backward()
        optimizer.step()
    return BCE.item(), KLD.item(), mu.tolist()


def reinforce(torch: Any) -> Any:
    policy = preset(torch, torch.nn.Linear(3, 2))
    optimizer = torch.optim.SGD(policy.parameters(), lr=0.1)
    states, actions = torch.tensor(draws(5, 3)), torch.tensor([[0], [1], [1], [0], [1]])
    rewards, R = [1.0, 0.0, 2.0, -1.0, 1.0], 0.0
    returns: list[float] = []
    for r in rewards[::-1]:
        R = r + 0.9 * R
        returns.insert(0, R)
    returns_ = torch.tensor(returns)
    returns_ = (returns_ - returns_.mean()) / (returns_.std() + 1e-8)
    for _ in range(3):
        probs = torch.softmax(policy(states), dim=-1)
        log_probs = torch.log(probs).gather(1, actions).squeeze(1)
        losses = [-lp * R for lp, R in zip(log_probs, returns_)]
        loss = torch.stack(losses).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item(), policy.weight.tolist()


def policy_by_distributions(torch: Any) -> Any:
    policy = preset(torch, torch.nn.Linear(3, 4))
    states, actions = torch.tensor(draws(5, 3)), torch.tensor([0, 3, 1, 2, 1])
    by_logits = torch.distributions.Categorical(logits=policy(states))
    by_probs = torch.distributions.Categorical(torch.softmax(policy(states), dim=-1))
    assert by_probs.sample().shape == (5,)
    loss = -(by_logits.log_prob(actions) + by_probs.log_prob(actions)).mean()
    loss = loss - 0.1 * by_probs.entropy().mean()
    normal = torch.distributions.Normal(policy.bias, torch.ones(4) * 0.7)
    assert normal.rsample().requires_grad
    (loss - normal.log_prob(torch.ones(4)).sum() + normal.entropy().sum()).backward()
    return loss.item(), policy.weight.grad.tolist(), policy.bias.grad.tolist()


def jacobian_of_the_lecture(torch: Any) -> Any:
    x, W = torch.tensor(draws(1, 3), requires_grad=True), torch.tensor(draws(3, 3, seed=1))
    b = torch.tensor(draws(3, seed=2))
    y = torch.nn.Sigmoid()(x @ W + b).squeeze()
    rows = [torch.autograd.grad(y[i], x, retain_graph=True)[0].squeeze() for i in range(3)]
    s = y.detach()
    by_hand = torch.diag(s * (1 - s)) @ W.T
    assert torch.allclose(torch.stack(rows), by_hand, atol=1e-6)
    return torch.stack(rows).tolist()


def attention_by_hand(torch: Any) -> Any:
    F = torch.nn.functional
    B, T, C = 2, 4, 6
    x = torch.tensor(draws(B, T, C), requires_grad=True)
    k, q, v = torch.tensor(draws(3, C, C, seed=1)).unbind(0)
    wei = (x @ q) @ (x @ k).transpose(-2, -1) * C**-0.5
    tril = torch.tril(torch.ones(T, T))
    wei = wei.masked_fill(tril == 0, float("-inf"))
    out = F.softmax(wei, dim=-1) @ (x @ v)
    loss = F.cross_entropy(out.view(B * T, C), torch.arange(B * T) % C)
    loss.backward()
    values, _ = torch.topk(out[:, -1, :], 2)
    return loss.item(), x.grad.tolist(), values.tolist()


def written_in_place(torch: Any) -> Any:
    w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    h = w * 2
    h[0] = w[1] * 5
    h[1:] += 1
    h[2].mul_(3.0)
    mask = torch.zeros(3)
    kept = mask + 1
    mask[1] = 4
    out = torch.zeros(3, 2)
    out[:, 1] = h * kept
    out.add_(1).clamp_(max=20)
    out.pow(2).sum().backward()
    a = torch.zeros(2, 3, dtype=torch.long)
    a.view(-1)[4] = 7
    a[0].fill_(2)
    return w.grad.tolist(), out.tolist(), a.tolist(), mask.tolist()


def answers_about_tensors(torch: Any) -> Any:
    x = torch.tensor(draws(4, 3))
    values, indices = torch.max(x, 1)
    both = x.max(dim=0, keepdim=True)[0].shape
    parts = [part.tolist() for part in x.chunk(2)] + [part.tolist() for part in x.split(3, dim=0)]
    truth = [(x > 0).any().item(), (x == x).all().item(), torch.equal(x, x.clone())]
    return (
        values.tolist(), indices.tolist(), list(both), parts, truth, x.std().item(),
        x.var(1, unbiased=False).tolist(), x.norm().item(), x.median().item(),
        x.sort(dim=1, descending=True)[0].tolist(), x.cumsum(0).tolist(), x.t().size(0),
        torch.bmm(x.unsqueeze(0), x.t().unsqueeze(0)).tolist(), x.mm(x.T).trace().item(),
        torch.where(x > 0, x, torch.zeros_like(x)).tolist(), x.clamp(-0.5, 0.5).tolist(),
        torch.einsum("ij,kj->ik", x, x).tolist(),
        torch.arange(0, 6).view(2, 3).permute(1, 0).tolist(),
        (torch.tensor([3, 4]) / 2).tolist(), str(torch.tensor([1, 2]) + 0.5), x.dim(),
        torch.tensor([1, 2, 3]).float().mean().item(), (torch.tensor([1, 2]) // 2).tolist(),
        str(torch.tensor([[1.0, 2.0]])), x.expand(2, 4, 3).shape[0], x.repeat(2, 1).tolist(),
        torch.nonzero(torch.tensor([0, 3, 0, 5])).tolist(), torch.tensor([2.0]).item(),
        x.numpy().tolist(), np.asarray(x).tolist(), torch.ones(2, dtype=torch.bool).sum().item(),
        torch.linspace(0, 1, 5).tolist(), torch.full((2,), 3).tolist(), [*torch.ones(2, 3).shape],
    )  # fmt: skip


def schedules_and_saved_states(torch: Any) -> Any:
    nn = torch.nn
    model = preset(
        torch, nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1))
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-3)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    x, y = torch.tensor(draws(10, 3)), torch.tensor(draws(10, 1, seed=4))
    for _ in range(4):
        optimizer.zero_grad()
        loss = nn.SmoothL1Loss()(model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
    state = model.state_dict()
    other = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1))
    other.load_state_dict(state)
    other.eval()
    return loss.item(), scheduler.get_last_lr(), other(x).tolist(), sorted(state)


def sequences(torch: Any) -> Any:
    results = []
    layers = [
        torch.nn.RNN(3, 4, num_layers=2, batch_first=True),
        torch.nn.LSTM(3, 4, bidirectional=True),
        torch.nn.GRUCell(3, 4),
        torch.nn.MultiheadAttention(8, 2, batch_first=True),
        torch.nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True),
    ]
    shapes: list[list[Any]] = [[(2, 5, 3)], [(5, 2, 3)], [(2, 3)], [(2, 5, 8)] * 3, [(2, 5, 8)]]
    for layer, inputs in zip(layers, shapes):
        preset(torch, layer)
        out = layer(*[torch.tensor(draws(*shape, seed=7)) for shape in inputs])
        out = out[0] if isinstance(out, tuple) else out
        (out**2).sum().backward()
        for name, p in layer.named_parameters():
            results += [name, *p.shape, p.grad.abs().sum().item()]
    return results


def names_of_former_years(torch: Any) -> Any:
    from_list = torch.LongTensor([3, 1])
    x = torch.autograd.Variable(torch.tensor(draws(2, 2)), requires_grad=True)
    y = torch.zeros(2, 2)
    with torch.no_grad():
        torch.matmul(x, x.t(), out=y)
    optimizer = torch.optim.SGD([x], lr=0.1)
    optimizer.step()
    hist, edges = torch.histogram(torch.tensor(draws(50)), 5)
    kept = torch.nn.Dropout2d(0.5)(torch.ones(4, 16, 2, 2)).sum((2, 3)).unique()
    return (
        from_list.tolist(), x.type(torch.DoubleTensor).type(), y.tolist(), hist.tolist(),
        edges.tolist(), kept.tolist(), torch.nn.Dropout2d(0.5).eval()(y[None]).tolist(),
        str(y.softmax(1, dtype=torch.float64).dtype).removeprefix("torch."),
    )  # fmt: skip
