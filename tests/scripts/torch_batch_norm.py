"""Batch normalisation step by step, and the gradients of its intermediate results kept."""

import torch

torch.manual_seed(3)
n = 6
x = torch.randn(n, 3)
y = torch.tensor([0, 1, 2, 0, 1, 2])
bngain = torch.ones((1, 3), requires_grad=True)
bnbias = torch.zeros((1, 3), requires_grad=True)
W = torch.randn((3, 3)) * 0.5
W.requires_grad_()
hprebn = x @ W
bnmeani = 1 / n * hprebn.sum(0, keepdim=True)
bndiff = hprebn - bnmeani
bnvar = 1 / (n - 1) * (bndiff**2).sum(0, keepdim=True)
bnvar_inv = (bnvar + 1e-5) ** -0.5
hpreact = bngain * bndiff * bnvar_inv + bnbias
logit_maxes = hpreact.max(1, keepdim=True).values
counts = (hpreact - logit_maxes).exp()
probs = counts * counts.sum(1, keepdims=True) ** -1
logprobs = probs.log()
loss = -logprobs[range(n), y].mean()
for t in [logprobs, probs, counts, hpreact, bnvar_inv, bnvar, hprebn]:
    t.retain_grad()
loss.backward()
dlogprobs = torch.zeros_like(logprobs)
dlogprobs[range(n), y] = -1.0 / n
print(torch.all(dlogprobs == logprobs.grad).item(), torch.allclose(dlogprobs / probs, probs.grad))
print(loss.item())
