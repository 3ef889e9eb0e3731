# %% [markdown] question

# %%
import time

import matplotlib.pyplot as plt
import numpy as np
from exercises import check, uses_of_descent

import optim
from autograd import Value, grad

lang = "en"

# %% [markdown] mean


# %%
def slope_of_rows(w, rows):
    return np.mean([2 * (w - i) for i in rows])


w = 10.0
everything = np.arange(1, 1001)
print("1 ... 1000: ", slope_of_rows(w, everything))
print("1, 2, 3, 4: ", slope_of_rows(w, [1, 2, 3, 4]))
assert slope_of_rows(w, everything) == -981 and slope_of_rows(w, [1, 2, 3, 4]) == 15
print("w =", w - 0.1 * slope_of_rows(w, [1, 2, 3, 4]))

# %% [markdown] unbiased

# %%
rng = np.random.default_rng(0)
slopes = [slope_of_rows(w, rng.choice(everything, 4)) for _ in range(3000)]
print(np.round(slopes[:6], 1))
print("mean:", round(np.mean(slopes)))
assert abs(np.mean(slopes) + 981) < 15

# %% [markdown] variance

# %%
variances = {}
for size in (1, 4, 16, 64, 256):
    drawn = rng.choice(2.0 * (w - everything), (4000, size)).mean(axis=1)
    variances[size] = drawn.var()
    print(f"b = {size:3}:  variance {drawn.var():8.0f}  b · variance {size * drawn.var():8.0f}  "
          f"std {drawn.std():5.0f}")  # fmt: skip
    assert abs(size * drawn.var() / variances[1] - 1) < 0.15

# %%
_, ax = plt.subplots(figsize=(6, 3))
ax.loglog(list(variances), list(variances.values()), "o", label="variance")
ax.loglog(list(variances), [variances[1] / b for b in variances], "--", label="variance(1) / b")
ax.set(xlabel="b")
ax.legend()
ax.grid(alpha=0.3)

# %% [markdown] data

# %%
rng = np.random.default_rng(7)
N = 256
x = np.stack([np.ones(N), 2 * rng.normal(size=N)], axis=1)
y = x @ [1.5, -0.5] + rng.normal(size=N)


def loss(p):
    return np.mean((x @ p - y) ** 2)


def gradient(p, rows):
    return 2 * x[rows].T @ (x[rows] @ p - y[rows]) / len(rows)


by_library = grad(lambda p: ((x @ p - y) ** 2).mean())(np.array([0.0, 0.0]))
assert np.allclose(by_library, gradient(np.zeros(2), np.arange(N)))
best = np.linalg.lstsq(x, y, rcond=None)[0]
print(best.round(3), f"{loss(best):.4f}")

# %% [markdown] loop


# %%
def train(size, rate, epochs, seed=0):
    rng = np.random.default_rng(seed)
    p = np.array([-1.5, 1.5])
    path = [p]
    for _ in range(epochs):
        order = rng.permutation(N)
        for start in range(0, N, size):
            p = p - rate * gradient(p, order[start : start + size])
            path.append(p)
    return np.array(path)


for size in (N, 16, 1):
    path = train(size, 0.05, 1)
    updates = len(path) - 1
    print(f"b = {size:3}:  {updates:3} updates,  {loss(path[0]):.3f} → {loss(path[-1]):.3f}")
    assert len(path) - 1 == N // size

# %% [markdown] paths

# %%
figure, axes = plt.subplots(1, 3, figsize=(11, 3.2), sharey=True)
a, b = np.meshgrid(np.linspace(-2, 3, 50), np.linspace(-2, 2, 50))
losses = np.mean((np.stack([a, b], axis=-1) @ x.T - y) ** 2, axis=-1)
for ax, size in zip(axes, (N, 16, 1)):
    path = train(size, 0.05, 60)[:61]
    ax.contour(a, b, losses, levels=12, colors="#bbbbbb")
    ax.plot(*path.T, "-", color="#0072b2", linewidth=1)
    ax.plot(*best, "*", color="#d55e00", markersize=12)
    ax.set(title=f"b = {size}", xlabel="bias", ylabel="weight")
    far = np.linalg.norm(path[-20:] - best, axis=1).mean()
    print(f"b = {size:3}:  {far:.3f}")

# %% [markdown] wall-time

# %%
sizes = (1, 4, 16, 64, 256)
seconds = []
for size in sizes:
    begun = time.perf_counter()
    train(size, 0.01, 4)
    seconds.append((time.perf_counter() - begun) / 4)
figure, axes = plt.subplots(1, 2, figsize=(9, 3))
axes[0].bar([str(size) for size in sizes], [1000 * s for s in seconds], color="#0072b2")
axes[0].set(xlabel="b", title="ms / epoch")
updates = [s / (N // size) for s, size in zip(seconds, sizes)]
axes[1].bar([str(size) for size in sizes], [1e6 * s for s in updates], color="#d55e00")
axes[1].set(xlabel="b", title="µs / update")
figure.tight_layout()

# %% [markdown] jump


# %%
def wells(w):
    return 0.25 * (w**2 - 1) ** 2 + 0.1 * w


slope_of_wells = grad(lambda w: wells(w).sum())
row_slopes = np.random.default_rng(5).normal(size=64)
row_slopes = 2 * (row_slopes - row_slopes.mean())


def ends(size, runs=200, updates=200, rate=0.1):
    rng = np.random.default_rng(5)
    w = np.full(runs, 0.9)
    for _ in range(updates):
        rows = rng.permuted(np.tile(row_slopes, (runs, 1)), axis=1)[:, :size]
        w = w - rate * (w**3 - w + 0.1 + rows.mean(axis=1))
    return w


for size in (64, 8, 1):
    print(f"b = {size:2}:  {np.mean(ends(size) < 0):.0%}")
assert np.mean(ends(64) < 0) == 0 < np.mean(ends(1) < 0) < 1

# %% [markdown] schedules

# %%
schedules = {
    "0.1": lambda t: 0.1,
    "0.01": lambda t: 0.01,
    "0.1 · 0.9ᵗ": lambda t: 0.1 * 0.9**t,
    "1 / (1 + t)": lambda t: 1 / (1 + t),
}


def noisy(rate, updates, runs=300):
    rng = np.random.default_rng(1)
    w = np.full(runs, 10.0)
    for t in range(updates):
        w = w - rate(t) * (w - 2 + 2 * rng.normal(size=runs))
    return np.abs(w - 2).mean()


for name, rate in schedules.items():
    print(f"{name:12}", *(f"{noisy(rate, updates):7.3f}" for updates in (10, 100, 1000)))
assert noisy(schedules["1 / (1 + t)"], 1000) < 0.1 < noisy(schedules["0.1"], 1000)

# %% [markdown] robbins-monro

# %%
t = np.arange(100_000)
for name, rates in (
    ("0.1", np.full(len(t), 0.1)),
    ("0.1 · 0.9ᵗ", 0.1 * 0.9**t),
    ("1 / (1 + t)", 1 / (1 + t)),
    ("1 / √(1 + t)", 1 / np.sqrt(1 + t)),
):
    sums = [f"{rates[:n].sum():9.2f}" for n in (100, 10_000, 100_000)]
    squares = [f"{(rates[:n] ** 2).sum():8.3f}" for n in (100, 10_000, 100_000)]
    print(f"{name:12}", *sums, " |", *squares)

# %%
schedule = optim.InverseTime(1.0, decay=1.0)
print([round(schedule(t), 4) for t in range(5)])
assert schedule(3) == 1 / (1 + 3)

# %% [markdown] 7.1

# %%
answer = ...
check("7.1", answer, lang)

# %% [markdown] 7.2

# %%
answer = ...
check("7.2", answer, lang)

# %% [markdown] 7.3

# %%
answer = ...
check("7.3", answer, lang)

# %% [markdown] 7.4

# %%
answer = ...
check("7.4", answer, lang)

# %% [markdown] 7.5

# %%
answer = ...
check("7.5", answer, lang)

# %% [markdown] E1

# %%
losses, regrouped = uses_of_descent()
for name, (before, after) in losses.items():
    print(f"{name:15} {before:.3f} → {after:.3f}")
print("grouping:", regrouped)

# %%
answer = ...
check("E1", answer, lang)

# %% [markdown] E2


# %%
def f(w):
    return (w - 1) ** 2 + (w - 3) ** 2


for sign in (-1, 1):
    w = 1.0
    for _ in range(5):
        w = w + sign * 0.1 * float(grad(f)(w))
    print(f"{sign:+}: f = {f(w):.3f}")

# %%
answer = ...
check("E2", answer, lang)

# %% [markdown] E3


# %%
def valley(p):
    return (p[0] ** 2 + 10 * p[1] ** 2) / 2


at, h = np.array([1.0, -0.5]), 1e-6
angles = np.radians(np.arange(360))
around = [(valley(at + h * d) - valley(at - h * d)) / (2 * h)
          for d in np.stack([np.cos(angles), np.sin(angles)], axis=1)]  # fmt: skip
g = np.asarray(grad(valley)(at))
print(
    "gradient:",
    g,
    f"angle {np.degrees(np.arctan2(g[1], g[0])) % 360:.0f}°, length {np.hypot(*g):.2f}",
)
print(f"steepest: {np.argmax(around)}°, slope {max(around):.2f};  |p| = {np.hypot(*at):.2f}")

# %%
answer = ...
check("E3", answer, lang)

# %% [markdown] E4

# %%
for rate in (0.1, 0.2):
    path = [1.0]
    for _ in range(3):
        path.append(path[-1] - rate * float(grad(f)(path[-1])))
    print(f"η = {rate}:", np.round(path, 3), f"step {path[1] - path[0]:.2f}")

# %%
answer = ...
check("E4", answer, lang)

# %% [markdown] E5

# %%
for size in (1, 8, N):
    print(f"b = {size:3}: {len(train(size, 0.01, 1)) - 1}")

# %%
answer = ...
check("E5", answer, lang)

# %% [markdown] E6

# %%
p = np.array([-1.5, 1.5])
for size in (N, 16, 1):
    drawn = [gradient(p, rng.permutation(N)[:size]) for _ in range(400)]
    deviation, left = np.std(drawn, axis=0).mean(), np.mean(ends(min(size, 64), 60) < 0)
    print(f"b = {size:3}:  std {deviation:6.3f},  w < 0: {left:.0%}")
w = Value(1.8, "w")
method = optim.SGD([w], lr=0.05, momentum=0.9)
for _ in range(300):
    w.grad = w.data**3 - w.data + 0.1
    method.step()
print(f"μ = 0.9: {w.data:.2f}")

# %%
answer = ...
check("E6", answer, lang)

# %% [markdown] E7

# %%
for rate in (0.01, 0.2, 0.55):
    w = -1.0
    for _ in range(20):
        w = w - rate * float(grad(f)(w))
    print(f"η = {rate}: f = {f(w):.3f}")

# %%
answer = ...
check("E7", answer, lang)

# %% [markdown] E8

# %%
for begin, rate, updates in ((-1.5, 0.1, 200), (0.5, 0.1, 200), (0.5, 1.3, 200), (0.5, 0.1, 2)):
    path = [begin]
    for _ in range(updates):
        path.append(path[-1] - rate * (path[-1] ** 3 - path[-1] + 0.1))
    print(f"{begin:4}, η = {rate}, {updates:3}: ", *(f"{w:.2f}" for w in path[-3:]))

# %%
answer = ...
check("E8", answer, lang)

# %% [markdown] E9


# %%
def swing(rate, noise=1.0, momentum=0.0):
    rng = np.random.default_rng(9)
    w1, w2 = Value(-4.0, "w1"), Value(1.0, "w2")
    method = optim.SGD([w1, w2], lr=rate, momentum=momentum)
    seen = []
    for _ in range(150):
        w1.grad, w2.grad = np.array([w1.data, 10 * w2.data]) + noise * rng.normal(size=2)
        method.step()
        seen.append(abs(w2.data))
    return np.mean(seen[-30:])


print(f"   {swing(0.19):.2f}")
print(f"A  {swing(lambda t: 0.19 / (1 + 0.1 * t)):.2f}")
print(f"B  {swing(lambda t: 0.19 * 1.002**t):.1e}")
print(f"C  {swing(0.19, noise=0.25):.2f}")
print(f"D  {swing(0.19, momentum=0.5):.2f}")

# %%
answer = ...
check("E9", answer, lang)

# %% [markdown] E10

# %%
for build, rate in ((optim.Adagrad, 0.5), (optim.RMSprop, 0.02), (optim.Adam, 0.05)):
    w = Value(1.0, "w")
    method = build([w], lr=rate)
    for _ in range(200):
        w.grad = 4 * (w.data - 2)
        method.step()
    print(f"{build.__name__}: {w.data:.2f}")
points = np.array([0.0, 1.0, 2.0, 10.0, 11.0, 12.0])
centres = np.array([0.0, 1.0])
for _ in range(4):
    group = np.abs(points[:, None] - centres).argmin(axis=1)
    centres = np.array([points[group == k].mean() for k in (0, 1)])
print("k-means:", centres)

# %%
answer = ...
check("E10", answer, lang)
