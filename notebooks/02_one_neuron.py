# %% [markdown]
# # 2. One neuron
#
# **The question.** A neuron looks at two numbers and answers with one between 0 and 1. It says
# 0.73. It should say 1. Which of its knobs should we turn, and how far?
#
# Notebook 1 introduced nudges, local derivatives and the backward pass; this one puts them to
# work.

# %%
from exercises import check

from autograd import Value, exp, gradcheck, log, sigmoid, steps, trace

# %% [markdown]
# ## What a neuron computes
#
# The two numbers it looks at are its **inputs**, `x0` and `x1`. Each is multiplied by a knob,
# called a **weight**, `w0` and `w1`; a third knob, the **bias** `b`, is added:
#
#     s = w0 · x0 + w1 · x1 + b
#
# The sum `s` (the *score*) may be any number. To squeeze it between 0 and 1 it goes through a
# curve called the **sigmoid**:
#
#     f = 1 / (1 + exp(-s))
#
# `exp` is the one thing here that may be new. `exp(t)` is the number e = 2.718..., multiplied by
# itself `t` times; `t` may be a fraction, or negative: exp(0) = 1, exp(1) = 2.718, exp(-1) =
# 0.368. We shall need one fact about it, and it is the reason why e is preferred to 2 or 10: **its
# derivative is itself**. Where exp(t) is 5, it climbs 5 times as fast as `t`. Nudge it and see:

# %%
h = 1e-6
for t in (-1.0, 0.0, 1.0, 2.0):
    rate = (exp(t + h) - exp(t)) / h
    print(f"t = {t:4}: exp(t) = {exp(t):.4f}, and it climbs at the rate {rate:.4f}")
    assert abs(rate - exp(t)) < 1e-4

# %% [markdown]
# And this is the sigmoid, in numbers. A very negative score comes out near 0, a very positive one
# near 1, and 0 in the middle:

# %%
for score in range(-6, 7, 2):
    out = sigmoid(float(score))
    print(f"{score:3}  {out:.3f}  " + "#" * round(50 * out))

# %% [markdown]
# ## Forward, one operation at a time
#
# Here are some inputs and some weights. To see everything, we compute the sigmoid by hand too, out
# of the simplest pieces: times -1, `exp`, plus 1, and *one divided by* (`reciprocal`).

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

# %% [markdown]
# The neuron says 0.73. Here is the whole of it (scroll the picture sideways if it is cut off):

# %%
trace(f)

# %% [markdown]
# ## Backward, one operation at a time
#
# Four local derivatives are all we need beyond the sum and the product of notebook 1. `a` stands
# for whatever goes into the operation:
#
# | operation | local derivative | why |
# |---|---|---|
# | `1 / a` | `-1 / a²` | the larger `a`, the smaller `1/a`: hence the minus |
# | `1 + a` | `1` | a nudge passes through unchanged |
# | `exp(a)` | `exp(a)` | as we have just seen |
# | `-1 · a` | `-1` | a nudge comes out the other way round |
#
# You need not take this on trust either: nudge each at some `a`, here 0.7.

# %%
a, h = 0.7, 1e-6
one_over = (1 / (a + h) - 1 / a) / h
climbing = (exp(a + h) - exp(a)) / h
print(f"1 / a:  {one_over:.3f} by nudging, {-1 / a**2:.3f} by the table")
print(f"exp(a): {climbing:.3f} by nudging, {exp(a):.3f} by the table")
assert abs(one_over + 1 / a**2) < 1e-4 and abs(climbing - exp(a)) < 1e-4

# %% [markdown]
# Start at the result with 1, and multiply by one of these at each operation on the way back:

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

# %% [markdown]
# The engine takes the same walk:

# %%
f.backward()
nodes = {"f": f, "v": v, "u": u, "t": t, "s": s, "b": b, "w0": w0, "x0": x0, "w1": w1, "x1": x1}
print("          by hand   by the engine")
for name, node in nodes.items():
    print(f"∂f/∂{name:2}   {by_hand[name]:8.2f}   {node.grad:13.2f}")
    assert abs(by_hand[name] - node.grad) < 1e-12
rounded = [round(node.grad, 2) for node in nodes.values()]
assert rounded == [1, -0.53, -0.53, -0.2, 0.2, 0.2, -0.2, 0.39, -0.39, -0.59]

# %%
steps(f)

# %% [markdown]
# ## The sigmoid as one operation
#
# Four operations for one curve is a lot of bookkeeping. Multiply their local derivatives once and
# for all, and something pleasant appears:
#
#     (-1 / v²) · 1 · u · (-1)  =  u / v²  =  (1 / v) · (u / v)  =  f · (1 - f)
#
# The last step is because `u / v` is `(v - 1) / v`, which is `1 - 1/v`, and `f` is `1/v`. So **the
# derivative of the sigmoid is its output, times one minus its output**: 0.73 · 0.27 = 0.20, the
# same 0.20 that stands in the list above at `s`. The library has the sigmoid as a single operation
# with just this derivative. The graph gets shorter, and the numbers stay:

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

# %% [markdown]
# So, which knob? The neuron's answer climbs with the bias (+0.20), and falls with both weights
# (-0.20 and -0.39), because both inputs are negative. To get closer to 1, turn `b` up, and both
# weights down, `w1` about twice as far as `w0`.
#
# ## How wrong is it?
#
# *How far* to turn them depends on how wrong the answer is. So we need one number for that: the
# **loss**, which is 0 for a perfect answer and grows the worse it gets.
#
# Call the neuron's answer `a`, and the answer it should have given `y`, which is 1 or 0. The usual
# loss is
#
#     l = -( y · log(a) + (1 - y) · log(1 - a) )
#
# `log` undoes `exp`: log(exp(t)) = t. All we need to know of it is that log(1) = 0, that it falls
# without end as its input goes to 0, and that its derivative is 1 divided by its input. When `y`
# is 1, only the first term is left, `-log(a)`: no loss at a = 1, and more and more as `a` goes to
# 0. When `y` is 0, only the second is left, and it is the other way round. In a word: *the loss is
# large when the neuron is surprised*.

# %%
print("   a    loss if y = 1    loss if y = 0")
for a in (0.01, 0.25, 0.5, 0.75, 0.99):
    print(f"{a:.2f}   {-log(a):13.2f}   {-log(1 - a):14.2f}")

# %% [markdown]
# Now a fresh neuron with one example to learn from: the inputs are 0.5 and -1, and the right
# answer is 1. The inputs and the right answer are plain Python numbers, since we do not want to
# turn those.

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

# %% [markdown]
# The picture is long, and yet what comes out at the left end is as simple as can be. Work it
# through on paper with y = 1: the derivative of `-log(a)` is `-1 / a`; times `a · (1 - a)` of the
# sigmoid, that is `-(1 - a) = a - 1`. With y = 0 it comes to `a`. Both at once:
#
#     ∂l/∂s = a - y
#
# *Slope* is a shorter word for derivative: how steep it is. So **the slope at the score is the
# error**, what was said minus what was wanted. And one step further back, the weights:
#
#     ∂l/∂w1 = x1 · (a - y)        ∂l/∂w2 = x2 · (a - y)        ∂l/∂b = a - y

# %%
error = a.data - y
print(f"by formula: {x1 * error:.4f} {x2 * error:.4f} {error:.4f}")
print(f"by engine:  {w1.grad:.4f} {w2.grad:.4f} {b.grad:.4f}")
assert abs(w1.grad - x1 * error) < 1e-12
assert abs(w2.grad - x2 * error) < 1e-12
assert abs(b.grad - error) < 1e-12 and abs(s.grad - error) < 1e-12

# %% [markdown]
# If you meet these formulas elsewhere, two misprints go around. One gives the second term of the
# loss a sign of its own, `-(y · log(a) - (1 - y) · log(1 - a))`; the other multiplies by the input
# once more in the update, though `x1` is already in `∂l/∂w1`. Exercises 2.3 and 2.4 are about
# them.
#
# ## One update
#
# We know which way each knob moves the loss. Turn each the other way, in proportion to its
# derivative. How boldly, is a number we choose: the **learning rate**, written α (the Greek letter
# alpha).
#
#     new weight  =  old weight  -  α · ∂l/∂weight
#
# With `lr=` (for *learning rate*) the steps go on to do that:

# %%
print(steps(l, lr=0.5).text())

# %% [markdown]
# The last line is the point of it all: after the update the loss is smaller. Do it again and
# again, and the neuron learns its example. (`backward` *adds* to `.grad`, for a reason that
# notebook 3 gives; so each round begins by setting it to 0.)

# %%
alpha = 0.5
history = []
for _ in range(30):
    s, a, l = forward(w1, w2, b)
    history.append(l.data)
    for knob in (w1, w2, b):
        knob.grad = 0.0
    l.backward()
    for knob in (w1, w2, b):
        knob.data -= alpha * knob.grad

for i in (0, 1, 2, 5, 10, 29):
    print(f"round {i + 1:2}: loss {history[i]:.4f}  " + "#" * round(100 * history[i]))
print(f"the neuron now says {a.data:.3f}")
assert history == sorted(history, reverse=True)
assert a.data > 0.9

# %% [markdown]
# ## The answer
#
# Which knobs? All of them, each against its own derivative; and how far is the learning rate times
# that derivative, which is large when the error `a - y` is large and fades away as the answer gets
# right. Nothing else happens in the largest of networks.
#
# ## Exercises
#
# **2.1** How steep is the sigmoid at `s = 0`? (That is where it is steepest.)

# %%
answer = ...
check("2.1", answer)

# %% [markdown]
# **2.2** And at `s = 10`? Give at least five decimals, and think about how fast a neuron learns
# that is *sure* of a wrong answer, if its loss does not make up for it.

# %%
answer = ...
check("2.2", answer)

# %% [markdown]
# **2.3** Take the fresh neuron again (w1 = 0.8, w2 = -0.4, b = 0.1, inputs 0.5 and -1, y = 1), and
# α = 0.5. What is `w1` after one update, to three decimals? You may use Python.

# %%
answer = ...
check("2.3", answer)

# %% [markdown]
# **2.4** One of these is the loss from above, the other the misprint. Which one is the misprint?
#
#     A:  -( y · log(a) + (1 - y) · log(1 - a) )        B:  -( y · log(a) - (1 - y) · log(1 - a) )

# %%
answer = ...
check("2.4", answer)
