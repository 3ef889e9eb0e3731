# %% [markdown] question

# %%
from exercises import check

from autograd import Value, exp, gradcheck, log, sigmoid, steps, trace

lang = "en"

# %% [markdown] neuron

# %%
e = 2.718281828459045
print(f"e · e = {e * e:.4f}, exp(2) = {exp(2.0):.4f}")
print(f"1 / e = {1 / e:.4f}, exp(-1) = {exp(-1.0):.4f}")
print(f"exp(0.5) · exp(0.5) = {exp(0.5) * exp(0.5):.4f}, exp(1) = {exp(1.0):.4f}")
assert abs(e * e - exp(2.0)) < 1e-12 and abs(exp(0.5) ** 2 - exp(1.0)) < 1e-12

# %% [markdown] exp-slope

# %%
h = 1e-6
for t in (-1.0, 0.0, 1.0, 2.0):
    rate = (exp(t + h) - exp(t)) / h
    print(f"t = {t:4}: exp(t) = {exp(t):.4f}, Δexp / h = {rate:.4f}")
    assert abs(rate - exp(t)) < 1e-4

# %% [markdown] sigmoid

# %%
for score in range(-6, 7, 2):
    out = sigmoid(float(score))
    print(f"{score:3}  {out:.3f}  " + "#" * round(50 * out))

# %% [markdown] forward

# %%
w0, x0 = Value(2, "w0"), Value(-1, "x0")
w1, x1 = Value(-3, "w1"), Value(-2, "x1")
b = Value(-3, "b")

p = w0 * x0
q = w1 * x1
r = p + q
s = r + b
t = -1 * s
u = exp(t)
v = u + 1
f = v.reciprocal()

forward = [round(node.data, 2) for node in (p, q, r, s, t, u, v, f)]
print(forward)
assert forward == [-2, 6, 4, 1, -1, 0.37, 1.37, 0.73]

# %% [markdown] whole

# %%
trace(f)

# %% [markdown] backward

# %%
a, h = 0.7, 1e-6
one_over = (1 / (a + h) - 1 / a) / h
climbing = (exp(a + h) - exp(a)) / h
print(f"1 / a:   Δ / h = {one_over:.3f},  -1 / a² = {-1 / a**2:.3f}")
print(f"exp(a):  Δ / h = {climbing:.3f},   exp(a) = {exp(a):.3f}")
assert abs(one_over + 1 / a**2) < 1e-4 and abs(climbing - exp(a)) < 1e-4

# %% [markdown] product

# %%
by_hand = {"f": 1.0}
by_hand["v"] = by_hand["f"] * (-1 / v.data**2)  # f = 1 / v
by_hand["u"] = by_hand["v"] * 1  # v = u + 1
by_hand["t"] = by_hand["u"] * u.data  # u = exp(t), and exp is its own derivative
by_hand["s"] = by_hand["t"] * -1  # t = -1 · s
by_hand["b"] = by_hand["s"] * 1  # s = p + q + b
by_hand["w0"] = by_hand["s"] * x0.data  # p = w0 · x0
by_hand["x0"] = by_hand["s"] * w0.data
by_hand["w1"] = by_hand["s"] * x1.data  # q = w1 · x1
by_hand["x1"] = by_hand["s"] * w1.data

# %% [markdown] engine

# %%
f.backward()
nodes = {"f": f, "v": v, "u": u, "t": t, "s": s, "b": b, "w0": w0, "x0": x0, "w1": w1, "x1": x1}
print("          by_hand            grad")
for name, node in nodes.items():
    print(f"∂f/∂{name:2}   {by_hand[name]:8.2f}   {node.grad:13.2f}")
    assert abs(by_hand[name] - node.grad) < 1e-12
rounded = [round(node.grad, 2) for node in nodes.values()]
assert rounded == [1, -0.53, -0.53, -0.2, 0.2, 0.2, -0.2, 0.39, -0.39, -0.59]

# %%
steps(f)

# %% [markdown] one-operation

# %%
w0, x0 = Value(2, "w0"), Value(-1, "x0")
w1, x1 = Value(-3, "w1"), Value(-2, "x1")
b = Value(-3, "b")
s = w0 * x0 + w1 * x1 + b
f = sigmoid(s)
f.backward()
print(f"{f.data:.2f} · {1 - f.data:.2f} = {s.grad:.2f}")
assert abs(s.grad - f.data * (1 - f.data)) < 1e-15
for name, node in {"s": s, "w0": w0, "x0": x0, "w1": w1, "x1": x1, "b": b}.items():
    assert abs(by_hand[name] - node.grad) < 1e-12
trace(f).backward()

# %%
report = gradcheck(lambda w0, w1, b: sigmoid(w0 * -1 + w1 * -2 + b), 2.0, -3.0, -3.0)
print(report)
assert report

# %% [markdown] loss

# %%
print("   a      loss (y = 1)     loss (y = 0)")
for a in (0.01, 0.25, 0.5, 0.75, 0.99):
    print(f"{a:.2f}   {-log(a):13.2f}   {-log(1 - a):14.2f}")

# %% [markdown] one-example

# %%
x1, x2, y = 0.5, -1.0, 1.0
w1, w2, b = Value(0.8, "w1"), Value(-0.4, "w2"), Value(0.1, "b")


def forward(w1, w2, b):
    s = w1 * x1 + w2 * x2 + b
    a = sigmoid(s)
    l = -(y * log(a) + (1 - y) * log(1 - a))
    return s, a, l


s, a, l = forward(w1, w2, b)
l.backward()
print(f"a = {a.data:.4f}, loss = {l.data:.4f}")
trace(l).backward()

# %% [markdown] error

# %%
error = a.data - y
print(f"x1 · (a - y) = {x1 * error:.4f}    w1.grad = {w1.grad:.4f}")
print(f"x2 · (a - y) = {x2 * error:.4f}    w2.grad = {w2.grad:.4f}")
print(f"      a - y  = {error:.4f}     b.grad = {b.grad:.4f}")
assert abs(w1.grad - x1 * error) < 1e-12
assert abs(w2.grad - x2 * error) < 1e-12
assert abs(b.grad - error) < 1e-12 and abs(s.grad - error) < 1e-12

# %% [markdown] update

# %%
print(steps(l, lr=0.5).text(lang))

# %% [markdown] repeat

# %%
alpha = 0.5
history = []
for _ in range(30):
    s, a, l = forward(w1, w2, b)
    history.append(l.data)
    for parameter in (w1, w2, b):
        parameter.grad = 0.0
    l.backward()
    for parameter in (w1, w2, b):
        parameter.data -= alpha * parameter.grad

for i in (0, 1, 2, 5, 10, 29):
    print(f"{i + 1:2}: loss {history[i]:.4f}  " + "#" * round(100 * history[i]))
print(f"a = {a.data:.3f}")
assert history == sorted(history, reverse=True)
assert a.data > 0.9

# %% [markdown] 2.1

# %%
answer = ...
check("2.1", answer, lang)

# %% [markdown] 2.2

# %%
answer = ...
check("2.2", answer, lang)

# %% [markdown] 2.3

# %%
answer = ...
check("2.3", answer, lang)

# %% [markdown] 2.4

# %%
answer = ...
check("2.4", answer, lang)
