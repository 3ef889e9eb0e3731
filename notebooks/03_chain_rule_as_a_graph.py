# %% [markdown]
# # 3. The chain rule as a graph
#
# **The question.** A knob is connected to the result by two roads at once. What is its derivative?
# And if there are a million roads, who wants to walk them all?
#
# From notebook 1 we need derivatives and the backward pass, from notebook 2 the update.

# %%
from exercises import check, forgetful_training

from autograd import Value, exp, explain, log, relu, square, steps, trace

# %% [markdown]
# ## Two roads
#
# Two people are asked how warm a room should be, on some scale. One says 1, the other says 3. We
# set it to `w`, and count their discontent: the distance to each wish, squared, and both added up.
#
#     f = (w - 1)² + (w - 3)²

# %%
w = Value(1, "w")
a = w - 1
b = w - 3
p = square(a)
q = square(b)
f = p + q
assert f.data == 4
trace(f)

# %% [markdown]
# `w` is used twice, so two arrows leave it, and two roads lead from it to `f`. On each, the chain
# rule of notebook 1 holds: multiply the local derivatives. (The local derivative of a square is
# twice what is squared; notebook 1 found that too.)
#
#     upper road:   ∂f/∂p · ∂p/∂a · ∂a/∂w  =  1 · (2 · a) · 1  =  1 ·  0 · 1  =   0
#     lower road:   ∂f/∂q · ∂q/∂b · ∂b/∂w  =  1 · (2 · b) · 1  =  1 · -4 · 1  =  -4
#
# And now? Let us ask the expression. We nudge the `w` of the upper road alone, then that of the
# lower road alone, then both, which is what it means to nudge `w`:


# %%
def discontent(upper, lower):
    return (upper - 1) ** 2 + (lower - 3) ** 2


h = 1e-6
for at in (1.0, 2.5):
    before = discontent(at, at)
    first = (discontent(at + h, at) - before) / h
    second = (discontent(at, at + h) - before) / h
    both = (discontent(at + h, at + h) - before) / h
    print(f"w = {at}: upper road {first:6.3f}, lower road {second:6.3f}, both {both:6.3f}")
    assert abs(first + second - both) < 1e-4

# %% [markdown]
# Nudging both moves `f` by the two movements together. So the whole of the chain rule, for any
# graph, is:
#
# > **Multiply along each road, add up over all roads.**
#
# `explain` writes it out:

# %%
print(explain(f, w))

# %% [markdown]
# ## One sum per card
#
# The engine does not walk the roads one after the other. It goes backward once, and each card
# keeps a running sum of what arrives: when the backward pass comes to `w`, 0 has arrived along one
# arrow and -4 along the other. The picture shows the sum on the card of `w`.

# %%
f.backward()
assert w.grad == -4
trace(f).backward()

# %% [markdown]
# This is why `.grad` is *added to*, and never simply set. It also has a consequence that surprises
# everybody once: call `backward()` a second time, and it adds a second time.

# %%
f.backward()
print("after two backward passes:", w.grad)
assert w.grad == -8

w.grad = 0.0
f.backward()
print("set to zero, and once more:", w.grad)
assert w.grad == -4

# %% [markdown]
# One road can also leave twice from the same operation: in `w · w` the left `w` contributes the
# right one, and the right the left one. Two roads, `w + w = 2 · w`, and here is the derivative of
# the square again.

# %%
v = Value(5, "v")
area = v * v
print(explain(area, v))
area.backward()
assert v.grad == 10

# %% [markdown]
# ## Downhill
#
# ∂f/∂w = -4 says that turning `w` up lowers the discontent. Notebook 2 called the step length α;
# many books write η (the Greek letter eta) for the same thing. With η = 0.1:
#
#     new w  =  w - η · ∂f/∂w  =  1 - 0.1 · (-4)  =  1.4

# %%
assert abs(steps(f, lr=0.1).after - 2.72) < 1e-12
steps(f, lr=0.1)

# %% [markdown]
# Going to the last step you see the discontent fall from 4 to 2.72. And so on, each time from
# where we are:

# %%
eta = 0.1
for round_ in range(1, 16):
    f = (w - 1) ** 2 + (w - 3) ** 2
    w.grad = 0.0
    f.backward()
    if round_ in (1, 2, 3, 5, 10, 15):
        print(f"round {round_:2}: w = {w.data:.4f}, f = {f.data:.4f}, slope = {w.grad:7.4f}")
    w.data -= eta * w.grad
assert abs(w.data - 2) < 0.05

# %% [markdown]
# It settles half-way, at 2, where the two pulls cancel and the slope is 0. This is called
# **gradient descent**.
#
# ## A million roads
#
# Add a number to itself, add the result to itself, and so on, twenty times. At each card the road
# forks in two, so the number of roads doubles twenty times:

# %%
start = Value(1, "start")
v = start
for _ in range(20):
    v = v + v
print(explain(v, start))
v.backward()
print("the engine:", start.grad)
assert start.grad == 2**20

# %% [markdown]
# A million roads, but only forty arrows. That is the whole secret of *backpropagation*: sum at
# each card, and pass the sum on, instead of walking each road to its end.
#
# ## A gate on the road
#
# A network has one more kind of operation. `relu(a)` is `a` if that is positive, and otherwise 0.
# Its local derivative is 1 or 0: the road is open, or it is shut. Here are two weights with such a
# gate between them. The input is x = 1 and the answer should have been y = 0:
#
#     L = (w2 · relu(w1 · x) - y)²

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

# %%
print(explain(L, w1))

# %% [markdown]
# One road, and a product that gets one factor longer with each operation: this is what makes the
# first layers of a deep network hard to train. If the factors are small, hardly anything is left
# of their product; if they are large, it explodes.
#
# Now one update with α = 0.1, and one with α = 1/8:

# %%
for alpha in (0.1, 1 / 8):
    lesson = steps(L, lr=alpha)
    updates = [step for step in lesson if step.phase == "update"]
    new = ", ".join(f"{step.node.label} = {step.value:.4f}" for step in updates)
    print(f"α = {alpha}: {new}, and L becomes {lesson.after:.4f}")
assert abs(updates[0].value) < 1e-12 and lesson.after == 0

# %% [markdown]
# α = 1/8 seems perfect: the loss is 0. But look at where it got us. `w1` is exactly 0, the gate is
# shut, and no slope comes back through it. Should the answer wanted change tomorrow, to y = 1 say,
# this network could not learn it:

# %%
w1.data, w2.data = updates[0].value, updates[1].value
y = 1.0
a, h, guess, error, L = forward()
w1.grad = w2.grad = 0.0
L.backward()
print(f"L = {L.data}, ∂L/∂w1 = {w1.grad}, ∂L/∂w2 = {w2.grad}")
assert (L.data, w1.grad, w2.grad) == (1, 0, 0)

# %% [markdown]
# That is called a *dead* ReLU. The answer is wrong, and all slopes are 0: nothing tells the
# network how to do better.
#
# ## Three roads that share
#
# The last expression is one that notebook 4 will need. It takes three scores, and is a sort of
# maximum with soft edges:
#
#     f = log(exp(x) + exp(y) + exp(z))

# %%
x, y, z = Value(1, "x"), Value(2, "y"), Value(-1, "z")
ex, ey, ez = exp(x), exp(y), exp(z)
total = ex + ey + ez
f = log(total)
f.backward()
trace(f).backward()

# %%
for score in (x, y, z):
    share = exp(score.data) / total.data
    print(f"∂f/∂{score.name} = {score.grad:.4f}, and exp({score.name}) is {share:.2%} of the total")
    assert abs(score.grad - share) < 1e-12
print(f"together {x.grad + y.grad + z.grad:.4f}")
assert abs(x.grad + y.grad + z.grad - 1) < 1e-12

# %% [markdown]
# Each derivative is that score's *share* of the total. They are all positive and add up to 1, so
# they can be read as probabilities, and the highest score has the greatest. The list of shares has
# a name, **softmax**, and here it has come out of the chain rule by itself.
#
# ## The answer
#
# Multiply along each road, add over roads. And nobody walks a million roads: one sum is kept at
# each card, and the backward pass comes by each card once.
#
# ## Exercises
#
# **3.1** Let `f = w · w · w`. How many roads are there, and what is the derivative at w = 2?

# %%
answer = ...
check("3.1", answer)

# %% [markdown]
# **3.2** The room again: `w` is now 1.4, and η = 0.1. Where does the *next* update take it?

# %%
answer = ...
check("3.2", answer)

# %% [markdown]
# **3.3** At which `w` do the updates stop for good, whatever the learning rate?

# %%
answer = ...
check("3.3", answer)

# %% [markdown]
# **3.4** In the network with the gate, w1 = 1/3 and ∂L/∂w1 = 8/3, and α = 1/8 took `w1` to 0.
# Which α takes it half-way there, to 1/6?

# %%
answer = ...
check("3.4", answer)

# %% [markdown]
# **3.5** Somebody wrote the loop for the room, and forgot one line of it. This is how the
# discontent goes, round by round, with a proper loop beside it:

# %%
proper, forgetful = forgetful_training()
for round_ in range(12):
    print(f"{proper[round_]:7.3f} {forgetful[round_]:7.3f}  " + "#" * round(8 * forgetful[round_]))

# %% [markdown]
# Which line is missing?
#
#     A:  f.backward()        B:  w.data -= eta * w.grad        C:  w.grad = 0.0

# %%
answer = ...
check("3.5", answer)
