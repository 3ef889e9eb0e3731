"""A function with a backward of its own, used like any other."""

import torch


class Cubic(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return 0.5 * (5 * input**3 - 3 * input)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        return grad_output * 1.5 * (5 * input**2 - 1)


x = torch.linspace(-1, 1, 6)
a = torch.full((), 0.3, requires_grad=True)
b = torch.full((), -0.4, requires_grad=True)
for t in range(2):
    loss = (Cubic.apply(a + b * x) - torch.sin(x)).pow(2).sum()
    loss.backward()
    with torch.no_grad():
        a -= 0.01 * a.grad
        b -= 0.01 * b.grad
        a.grad = b.grad = None
print(loss.item())
