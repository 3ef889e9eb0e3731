# %% [markdown] question

# %%
import matplotlib.pyplot as plt
import numpy as np
from exercises import check
from IPython.display import SVG

import optim
from autograd import Value, steps
from autograd.writing import column, translated
from optim.misprints import MISPRINTS

lang = "en"

# %% [markdown] given

# %%
gradients = [0.5, -0.3, 0.2, 0.4, -0.1]
eta, eps = 0.1, 0.01

w = 1.0
for g in gradients:
    w = w - eta * g
    print(f"g = {g:4}:  w = {w:.4f}")
assert round(w, 9) == 0.93

# %% [markdown] library


# %%
def by_library(optimizer, w):
    for g in gradients:
        w.grad = g
        optimizer.step()
    return w.data


w = Value(1, "w")
print(f"{by_library(optim.SGD([w], lr=eta), w):.9f}")
assert round(w.data, 9) == 0.93

# %% [markdown] ravine


# %%
def slopes_of(p):
    return np.array([p[0], 10 * p[1]])


def walk(optimizer, updates, p=(-4.5, 1.0)):
    w1, w2 = Value(p[0], "w1"), Value(p[1], "w2")
    method = optimizer([w1, w2])
    path = [p]
    for _ in range(updates):
        w1.grad, w2.grad = slopes_of((w1.data, w2.data))
        method.step()
        path.append((w1.data, w2.data))
    return np.array(path)


def draw(ax, path, title):
    a, b = np.meshgrid(np.linspace(-5, 3, 60), np.linspace(-1.8, 1.8, 60))
    ax.contour(a, b, (a**2 + 10 * b**2) / 2, levels=12, colors="#bbbbbb")
    ax.plot(*path.T, "o-", markersize=3, color="#0072b2")
    ax.set(title=title, xlabel="w1", ylabel="w2")


plain = walk(lambda p: optim.SGD(p, lr=0.18), 20)
print("w2:", *plain[:6, 1].round(3))
print("w1:", *plain[:6, 0].round(3))
assert np.all(np.sign(plain[:6, 1]) == [1, -1, 1, -1, 1, -1])

# %% [markdown] momentum

# %%
mu = 0.9
w, v = 1.0, 0.0
for g in gradients:
    v = mu * v + g
    w = w - eta * v
    print(f"g = {g:4}:  v = {v:.5f}  w = {w:.6f}")
assert round(w, 9) == 0.778215
w = Value(1, "w")
assert round(by_library(optim.SGD([w], lr=eta, momentum=mu), w), 9) == 0.778215

# %% [markdown] momentum-path

# %%
figure, axes = plt.subplots(1, 2, figsize=(10, 3), sharey=True)
draw(axes[0], plain, "η = 0.18")
draw(axes[1], walk(lambda p: optim.SGD(p, lr=0.05, momentum=0.6), 20), "η = 0.05, μ = 0.6")

# %% [markdown] constant

# %%
v = 0.0
for update in range(1, 51):
    v = mu * v + 1
    if update in (1, 2, 3, 10, 50):
        print(f"{update:2}:  v = {v:.4f}")
assert abs(v - 1 / (1 - mu)) < 0.1

# %% [markdown] forms

# %%
for form in ("accumulate", "velocity", "average"):
    w = Value(1, "w")
    print(
        f"{form:10}  {by_library(optim.SGD([w], lr=eta, momentum=mu, momentum_form=form), w):.7f}"
    )
assert round(w.data, 9) == 0.9778215

# %% [markdown] nesterov

# %%
w, v = 1.0, 0.0
for g in gradients:
    v = mu * v + g
    w = w - eta * (g + mu * v)
    print(f"g = {g:4}:  v = {v:.5f}  w = {w:.7f}")
assert round(w, 9) == 0.7303935
w = Value(1, "w")
assert round(by_library(optim.SGD([w], lr=eta, momentum=mu, nesterov=True), w), 9) == 0.7303935

# %% [markdown] adagrad

# %%
w, G = 1.0, 0.0
for g in gradients:
    G = G + g**2
    rate = eta / (G**0.5 + eps)
    w = w - rate * g
    print(f"g = {g:4}:  G = {G:.4f}  η / (√G + ε) = {rate:.4f}  w = {w:.9f}")
assert round(w, 9) == 0.880218802
w = Value(1, "w")
assert round(by_library(optim.Adagrad([w], lr=eta, eps=eps), w), 9) == 0.880218802

# %% [markdown] rare

# %%
G_rare = G_often = 0.0
for update in range(1, 101):
    G_often += 1.0
    G_rare += 1.0 if update % 20 == 0 else 0.0
    if update in (20, 40, 100):
        print(f"{update:3}:  {eta / G_often**0.5:.4f}  {eta / G_rare**0.5:.4f}")

# %% [markdown] rmsprop

# %%
alpha = 0.9
w, v = 1.0, 0.0
for g in gradients:
    v = alpha * v + (1 - alpha) * g**2
    rate = eta / (v**0.5 + eps)
    w = w - rate * g
    print(f"g = {g:4}:  v = {v:.5f}  η / (√v + ε) = {rate:.4f}  w = {w:.9f}")
assert round(w, 9) == 0.624139308
w = Value(1, "w")
assert round(by_library(optim.RMSprop([w], lr=eta, alpha=alpha, eps=eps), w), 9) == 0.624139308

# %% [markdown] bias

# %%
beta = 0.9
m = 0.0
for t in range(1, 6):
    m = beta * m + (1 - beta) * 5
    print(
        f"t = {t}:  m = {m:.4f}  1 - βᵗ = {1 - beta**t:.4f}  m / (1 - βᵗ) = {m / (1 - beta**t):.4f}"
    )
    assert abs(m / (1 - beta**t) - 5) < 1e-12

# %% [markdown] adam

# %%
beta1, beta2 = 0.9, 0.999
w, m, v = 1.0, 0.0, 0.0
for t, g in enumerate(gradients, 1):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w = w - eta * m_hat / (v_hat**0.5 + eps)
    print(f"t = {t}  g = {g:4}:  m̂ = {m_hat:.5f}  v̂ = {v_hat:.5f}  w = {w:.9f}")
assert round(w, 9) == 0.757426711
w = Value(1, "w")
assert round(by_library(optim.Adam([w], lr=eta, eps=eps), w), 9) == 0.757426711

# %% [markdown] steps

# %%
w = Value(1, "w")
lesson = steps(optim.Adam([w], lr=0.1), lambda: (w - 1) ** 2 + (w - 3) ** 2, iterations=3)
for one in lesson:
    update = one.updates[0]
    print(
        f"f = {one.loss:.4f}  w' = {update.new:.6f}",
        {k: round(v, 5) for k, v in update.states.items()},
    )
assert abs(lesson[0].updates[0].new - 1.1) < 1e-8 and w.data == 1

# %%
print(lesson[0].updates[0].text(lang))

# %%
SVG(lesson.svg())

# %% [markdown] misprints

# %%
for one in MISPRINTS:
    w = Value(1, "w")
    printed = by_library(one.printed([w]), w)
    w = Value(1, "w")
    meant = by_library(one.meant([w]), w)
    said = translated(one.said)[column(lang)]
    print(f"{one.place:4} {printed:9.6f}  {meant:9.6f}  {said}")
    assert abs(printed - meant) > 0.001

# %% [markdown] overwritten

# %%
w, m, v = 1.0, 0.0, 0.0
for t, g in enumerate(gradients, 1):
    m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
    v = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
    w = w - eta * m / (v**0.5 + eps)
    print(f"t = {t}:  m = {m:.5f}  v = {v:.5f}  w = {w:.9f}")
assert round(w, 9) == 0.877874207

# %% [markdown] forms-of-adam

# %%
for options, golden in (
    ({"eps_form": "inside"}, 0.758839616),
    ({"bias_correction": "none", "eps_form": "inside"}, 0.782912371),
    ({"bias_correction": "fixed"}, 0.658089304),
):
    w = Value(1, "w")
    by_library(optim.Adam([w], lr=eta, eps=eps, **options), w)
    print(f"{w.data:.9f}", options)
    assert round(w.data, 9) == golden

# %% [markdown] race

# %%
racers = {
    "SGD": lambda p: optim.SGD(p, lr=0.18),
    "momentum": lambda p: optim.SGD(p, lr=0.05, momentum=0.6),
    "RMSProp": lambda p: optim.RMSprop(p, lr=0.3, alpha=0.9),
    "Adam": lambda p: optim.Adam(p, lr=0.3),
}
figure, axes = plt.subplots(2, 2, figsize=(10, 5.6), sharex=True, sharey=True)
for ax, (name, racer) in zip(axes.flat, racers.items()):
    draw(ax, walk(racer, 30), name)
figure.tight_layout()

# %% [markdown] not-rate

# %%
for rate in (0.0001, 0.01, 0.3, 10.0, 1000.0):
    end = walk(lambda p, rate=rate: optim.Adam(p, lr=rate), 50)[-1]
    print(f"η = {rate:6}:  f = {(end[0] ** 2 + 10 * end[1] ** 2) / 2:.2e}")

# %% [markdown] not-global

# %%
for start in (-1.5, 0.5):
    w = Value(start, "w")
    method = optim.Adam([w], lr=0.05)
    for _ in range(300):
        w.grad = w.data**3 - w.data + 0.1
        method.step()
    print(f"{start:4} → {w.data:.3f}")
assert abs(w.data - 0.946) < 0.01

# %% [markdown] not-still

# %%
rng = np.random.default_rng(0)
for rate in (0.1, 0.01):
    w = Value(1, "w")
    method = optim.Adam([w], lr=rate)
    places = []
    for _ in range(1500):
        w.grad = 4 * (w.data - 2) + rng.normal()
        method.step()
        places.append(w.data)
    print(f"η = {rate}:  |w - 2| = {np.abs(np.array(places[-500:]) - 2).mean():.4f}")

# %% [markdown] 6.1

# %%
answer = ...
check("6.1", answer, lang)

# %% [markdown] 6.2

# %%
answer = ...
check("6.2", answer, lang)

# %% [markdown] 6.3

# %%
answer = ...
check("6.3", answer, lang)

# %% [markdown] 6.4

# %%
answer = ...
check("6.4", answer, lang)

# %% [markdown] 6.5

# %%
answer = ...
check("6.5", answer, lang)

# %% [markdown] 6.6

# %%
answer = ...
check("6.6", answer, lang)
