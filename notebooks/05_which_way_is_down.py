# %% [markdown] question

# %%
import matplotlib.pyplot as plt
import numpy as np
from exercises import check, four_rates

from autograd import Value, grad, hessian, sigmoid, steps, trace

lang = "en"

# %% [markdown] slope


# %%
def f(w):
    return (w - 1) ** 2 + (w - 3) ** 2


slope = grad(f)
for w in (0.0, 1.0, 1.5, 2.0, 3.0):
    by_hand = 4 * (w - 2)
    print(f"w = {w}:  f = {f(w):5.2f},  ∂f/∂w = {slope(w):5.2f},  4 · (w - 2) = {by_hand:5.2f}")
    assert abs(slope(w) - 4 * (w - 2)) < 1e-12

# %%
start = Value(1, "w")
trace(f(start)).backward()

# %% [markdown] step

# %%
start = Value(1, "w")
lesson = steps(f(start), lr=0.1)
print(lesson.text(lang))
assert abs(lesson.after - 2.72) < 1e-12

# %% [markdown] descend


# %%
def descend(slope, w, rate, updates):
    path = [w]
    for _ in range(updates):
        w = w - rate * slope(w)
        path.append(w)
    return np.array(path)


path = descend(slope, 1.0, 0.1, 10)
print(path.round(4))
assert path[1] == 1.4 and abs(path[2] - 1.64) < 1e-12

# %% [markdown] factor

# %%
for rate in (0.01, 0.1, 0.25, 0.4, 0.5, 0.55):
    path = descend(slope, 1.0, rate, 20)
    factor = 1 - 4 * rate
    print(
        f"η = {rate:4}:  1 - 4η = {factor:5.2f},  w =", *path[:5].round(3), "...", f"{path[-1]:.3f}"
    )
    assert np.allclose(path - 2, (1.0 - 2) * factor ** np.arange(21))

# %%
figure, axes = plt.subplots(1, 4, figsize=(11, 2.8), sharey=True)
line = np.linspace(-1.5, 5.5, 100)
for ax, rate in zip(axes, (0.01, 0.1, 0.4, 0.55)):
    path = descend(slope, 1.0, rate, 6)
    ax.plot(line, f(line), color="#999999")
    ax.plot(path, f(path), "o-", color="#0072b2")
    ax.set(title=f"η = {rate}", xlabel="w", ylim=(0, 12))

# %% [markdown] two-parameters


# %%
def valley(p):
    return (p[0] ** 2 + 10 * p[1] ** 2) / 2


at = np.array([1.0, -0.5])
h = 1e-6
angles = np.radians(np.arange(360))
directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
slopes = np.array([(valley(at + h * d) - valley(at - h * d)) / (2 * h) for d in directions])
g = np.asarray(grad(valley)(at))
angle, length = np.degrees(np.arctan2(g[1], g[0])) % 360, np.hypot(*g)
print(f"gradient: {g}  angle {angle:.1f}°  length {length:.3f}")
print(f"largest slope:  {slopes.max():.3f} at {slopes.argmax()}°")
print(f"smallest slope: {slopes.min():.3f} at {slopes.argmin()}°")
assert slopes.argmax() == 281 and slopes.argmin() == 101
assert abs(slopes.max() - length) < 0.01

# %% [markdown] one-rate

# %%
figure, axes = plt.subplots(1, 3, figsize=(11, 3), sharey=True)
a, b = np.meshgrid(np.linspace(-5, 5, 60), np.linspace(-1.6, 1.6, 60))
for ax, rate in zip(axes, (0.02, 0.18, 0.205)):
    path = descend(grad(valley), np.array([-4.5, 0.4]), rate, 20)
    ax.contour(a, b, valley([a, b]), levels=12, colors="#bbbbbb")
    ax.plot(*path.T, "o-", markersize=3, color="#0072b2")
    ax.set(title=f"η = {rate}", xlabel="w1", ylabel="w2")
    end = valley(path[-1])
    print(f"η = {rate}:  1 - η = {1 - rate:.3f},  1 - 10η = {1 - 10 * rate:.2f},  f = {end:.3f}")

# %% [markdown] starts


# %%
def wells(w):
    return 0.25 * (w**2 - 1) ** 2 + 0.1 * w


for w in (-1.5, -0.5, 0.5, 1.5):
    end = descend(grad(wells), w, 0.1, 300)[-1]
    print(f"{w:4} → {end:.3f},  f = {wells(end):.3f}")
assert abs(descend(grad(wells), 0.5, 0.1, 300)[-1] - 0.946) < 0.001

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 3))
for ax, g, ends in zip(axes, (f, wells), ((0, 3.5), (-1.3, 1.1))):
    line = np.linspace(-1, 5, 100) if g is f else np.linspace(-1.7, 1.6, 100)
    ax.plot(line, g(line), color="#0072b2")
    ax.plot(ends, [g(w) for w in ends], "o--", color="#d55e00")
    ax.set(xlabel="w")

# %% [markdown] stops


# %%
def cube(w):
    return w**3


for name, g, w in (("f", f, 2.0), ("-f", lambda w: -f(w), 2.0), ("w³", cube, 0.0)):
    second = float(grad(grad(g))(w))
    print(f"{name:3} w = {w}:  slope {float(grad(g)(w)):.1f},  slope of the slope {second:5.1f}")
assert float(grad(grad(f))(2.0)) == 4 and float(grad(grad(cube))(0.0)) == 0

# %% [markdown] saddle


# %%
def saddle(p):
    return p[0] ** 2 - p[1] ** 2


print(hessian(saddle)(np.zeros(2)))
for start in ([1.0, 0.0], [1.0, 1e-6]):
    path = descend(grad(saddle), np.array(start), 0.1, 80)
    print(start, "→", path[30].round(4), "→", path[60].round(4), "→", path[80].round(4))
assert abs(path[60][0]) < 1e-5 and path[80][1] > 1

# %% [markdown] plateau


# %%
def one_neuron(w):
    return (sigmoid(w) - 1) ** 2


for w in (-8.0, -2.0, 2.0):
    path = descend(grad(one_neuron), w, 1.0, 100)
    steep = grad(one_neuron)(w)
    print(f"w = {w}:  slope {steep:.6f},  f = {one_neuron(w):.4f} → {one_neuron(path[-1]):.4f}")
assert one_neuron(descend(grad(one_neuron), -8.0, 1.0, 100)[-1]) > 0.99

# %% [markdown] vanishing

# %%
for depth in (1, 2, 5, 10):
    x = Value(0.0, "x")
    out = x
    for _ in range(depth):
        out = sigmoid(out)
    out.backward()
    print(f"{depth:2} sigmoids:  ∂out/∂x = {x.grad:.2e},  at most {0.25**depth:.2e}")
    assert 0 < x.grad <= 0.25**depth

# %% [markdown] rule


# %%
def descend_until(slope, w, rate, tolerance=1e-6, most=1000):
    for update in range(most):
        g = slope(w)
        if abs(g) <= tolerance:
            return w, update, "slope"
        if not abs(w) < 1e6:
            return w, update, "diverged"
        w = w - rate * g
    return w, most, "most"


for rate in (0.1, 0.0001, 0.55):
    w, updates, reason = descend_until(slope, 1.0, rate)
    print(f"η = {rate}:  w = {w:.6g} after {updates} updates: {reason}")
assert descend_until(slope, 1.0, 0.55)[2] == "diverged"

# %% [markdown] 5.1

# %%
answer = ...
check("5.1", answer, lang)

# %% [markdown] 5.2

# %%
answer = ...
check("5.2", answer, lang)

# %% [markdown] 5.3

# %%
answer = ...
check("5.3", answer, lang)

# %% [markdown] four-curves

# %%
_, ax = plt.subplots(figsize=(7, 3.2))
for letter, losses in four_rates().items():
    ax.plot(losses, "o-", markersize=3, label=letter)
ax.set(xlabel="update", ylabel="loss", yscale="log")
ax.legend()
ax.grid(alpha=0.3)

# %% [markdown] 5.4

# %%
answer = ...
check("5.4", answer, lang)

# %% [markdown] 5.5

# %%
answer = ...
check("5.5", answer, lang)

# %% [markdown] 5.6

# %%
answer = ...
check("5.6", answer, lang)

# %% [markdown] 5.7

# %%
answer = ...
check("5.7", answer, lang)
