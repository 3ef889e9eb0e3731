"""A recurrence over a list, by numbers."""

from autograd import Value

w, u, b = Value(0.5), Value(-0.3), Value(0.1)
h = 0.0
loss = 0.0
for x, target in [(1.0, 0.2), (0.5, 0.1), (-1.0, -0.4)]:
    h = (w * x + u * h + b).tanh()
    loss += (h - target) ** 2
loss.backward()
print(loss.data)
