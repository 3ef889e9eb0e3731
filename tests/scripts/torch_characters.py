"""The next character of a name: an embedding, a hidden layer, minibatches, updates of .data."""

import torch
import torch.nn.functional as F

words = ["mara", "tom", "ines"]
chars = sorted(set("".join(words)))
stoi = {s: i + 1 for i, s in enumerate(chars)}
stoi["."] = 0
X, Y = [], []
for w in words:
    context = [0] * 3
    for ch in w + ".":
        ix = stoi[ch]
        X.append(context)
        Y.append(ix)
        context = context[1:] + [ix]
X, Y = torch.tensor(X), torch.tensor(Y)
n = len(stoi)

g = torch.Generator().manual_seed(2147483647)
C = torch.randn((n, 2), generator=g)
W1 = torch.randn((6, 5), generator=g)
b1 = torch.randn(5, generator=g)
W2 = torch.randn((5, n), generator=g)
b2 = torch.randn(n, generator=g)
parameters = [C, W1, b1, W2, b2]
print(sum(p.nelement() for p in parameters))
for p in parameters:
    p.requires_grad = True
for i in range(3):
    ix = torch.randint(0, X.shape[0], (4,), generator=g)
    emb = C[X[ix]]
    h = torch.tanh(emb.view(-1, 6) @ W1 + b1)
    logits = h @ W2 + b2
    loss = F.cross_entropy(logits, Y[ix])
    for p in parameters:
        p.grad = None
    loss.backward()
    lr = 0.1 if i < 2 else 0.01
    for p in parameters:
        p.data += -lr * p.grad
print(loss.item())
