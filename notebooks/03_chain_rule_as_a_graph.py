# %% [markdown] question

# %%
from exercises import check, forgetful_training

from autograd import Value, exp, explain, log, relu, square, steps, trace

lang = "en"

# %% [markdown] paths

# %%
w = Value(1, "w")
a = w - 1
b = w - 3
p = square(a)
q = square(b)
f = p + q
assert f.data == 4
trace(f)

# %% [markdown] nudge-each


# %%
def loss(upper, lower):
    return (upper - 1) ** 2 + (lower - 3) ** 2


h = 1e-6
for at in (1.0, 2.5):
    before = loss(at, at)
    first = (loss(at + h, at) - before) / h
    second = (loss(at, at + h) - before) / h
    both = (loss(at + h, at + h) - before) / h
    print(f"w = {at}: {first:6.3f} + {second:6.3f} = {both:6.3f}")
    assert abs(first + second - both) < 1e-4

# %% [markdown] rule

# %%
print(explain(f, w))

# %% [markdown] sum

# %%
f.backward()
assert w.grad == -4
trace(f).backward()

# %% [markdown] accumulate

# %%
f.backward()
print("w.grad =", w.grad)
assert w.grad == -8

w.grad = 0.0
f.backward()
print("w.grad =", w.grad)
assert w.grad == -4

# %% [markdown] square

# %%
v = Value(5, "v")
area = v * v
print(explain(area, v))
area.backward()
assert v.grad == 10

# %% [markdown] descent

# %%
assert abs(steps(f, lr=0.1).after - 2.72) < 1e-12
steps(f, lr=0.1)

# %% [markdown] repeat

# %%
eta = 0.1
for round_ in range(1, 16):
    f = (w - 1) ** 2 + (w - 3) ** 2
    w.grad = 0.0
    f.backward()
    if round_ in (1, 2, 3, 5, 10, 15):
        print(f"{round_:2}: w = {w.data:.4f}, f = {f.data:.4f}, ∂f/∂w = {w.grad:7.4f}")
    w.data -= eta * w.grad
assert abs(w.data - 2) < 0.05

# %% [markdown] many-paths

# %%
start = Value(1, "start")
v = start
for _ in range(20):
    v = v + v
print(explain(v, start))
v.backward()
print("start.grad =", start.grad)
assert start.grad == 2**20

# %% [markdown] gate

# %%
x, y = 1.0, 0.0
w1, w2 = Value(1 / 3, "w1"), Value(2, "w2")


def forward():
    a = w1 * x
    h = relu(a)
    guess = w2 * h
    error = guess - y
    return a, h, guess, error, square(error)


a, h, guess, error, L = forward()
L.backward()
print(f"L = {L.data:.4f}, ∂L/∂w1 = {w1.grad:.4f}, ∂L/∂w2 = {w2.grad:.4f}")
assert abs(L.data - 4 / 9) < 1e-12 and abs(guess.grad - 4 / 3) < 1e-12
assert abs(w1.grad - 8 / 3) < 1e-12 and abs(w2.grad - 4 / 9) < 1e-12
trace(L).backward()

# %% [markdown] product

# %%
print(explain(L, w1))

# %% [markdown] dead

# %%
for alpha in (0.1, 1 / 8):
    lesson = steps(L, lr=alpha)
    updates = [step for step in lesson if step.phase == "update"]
    new = ", ".join(f"{step.node.label} = {step.value:.4f}" for step in updates)
    print(f"α = {alpha}: {new}, L = {lesson.after:.4f}")
assert abs(updates[0].value) < 1e-12 and lesson.after == 0

# %% [markdown] shares

# %%
w1.data, w2.data = updates[0].value, updates[1].value
y = 1.0
a, h, guess, error, L = forward()
w1.grad = w2.grad = 0.0
L.backward()
print(f"L = {L.data}, ∂L/∂w1 = {w1.grad}, ∂L/∂w2 = {w2.grad}")
assert (L.data, w1.grad, w2.grad) == (1, 0, 0)

# %% [markdown] softmax

# %%
x, y, z = Value(1, "x"), Value(2, "y"), Value(-1, "z")
ex, ey, ez = exp(x), exp(y), exp(z)
total = ex + ey + ez
f = log(total)
f.backward()
trace(f).backward()

# %% [markdown] each-share

# %%
for score in (x, y, z):
    share = exp(score.data) / total.data
    print(f"∂f/∂{score.name} = {score.grad:.4f},  exp({score.name}) / total = {share:.4f}")
    assert abs(score.grad - share) < 1e-12
print(f"{x.grad + y.grad + z.grad:.4f}")
assert abs(x.grad + y.grad + z.grad - 1) < 1e-12

# %% [markdown] 3.1

# %%
answer = ...
check("3.1", answer, lang)

# %% [markdown] 3.2

# %%
answer = ...
check("3.2", answer, lang)

# %% [markdown] 3.3

# %%
answer = ...
check("3.3", answer, lang)

# %% [markdown] 3.4

# %%
answer = ...
check("3.4", answer, lang)

# %% [markdown] 3.5

# %%
proper, forgetful = forgetful_training()
for round_ in range(12):
    print(f"{proper[round_]:7.3f} {forgetful[round_]:7.3f}  " + "#" * round(8 * forgetful[round_]))

# %% [markdown] 3.5-letters

# %%
answer = ...
check("3.5", answer, lang)
