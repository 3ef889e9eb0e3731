# %% [markdown]
# # 1. One expression
#
# **The question.** Three numbers make a fourth:
#
#     f = (x + y) · z        with  x = 1,  y = -3,  z = 4
#
# Think of `x`, `y` and `z` as three knobs. You may turn one of them, and only a little. Which one,
# and which way, raises `f` the most?
#
# You need Python for this, and no calculus: every word and every sign is explained where it first
# appears.

# %%
from exercises import check

from autograd import Value, gradcheck, steps, trace

# %% [markdown]
# ## Compute it
#
# A `Value` is one number that remembers how it was made. It adds and multiplies like any number,
# and you can give it a name.

# %%
x = Value(1, name="x")
y = Value(-3, name="y")
z = Value(4, name="z")

d = x + y
f = d * z
print("d =", d.data)
print("f =", f.data)
assert (d.data, f.data) == (-2, -8)

# %% [markdown]
# ## Look at it
#
# `trace` follows that memory, and the picture shows what it found. Read it from left to right.
# Cards with round corners are the numbers we put in; cards with square corners were computed, and
# their heading says how; the double border marks the result.

# %%
trace(f)

# %% [markdown]
# Such a picture is called a *graph*: cards, joined by arrows. The word *data* stands in front of
# the number itself. What *grad* means, and why it is still empty, is what the rest of this
# notebook is about.
#
# ## Turn one knob a little
#
# The simplest way to an answer is to try. Turn one knob by a small amount `h` (a *nudge*), leave
# the other two alone, compute `f` again, and see how far it moved. Divide by `h`, so that the size
# of the nudge drops out.


# %%
def compute(x, y, z):
    return (x + y) * z


start = {"x": 1.0, "y": -3.0, "z": 4.0}
h = 0.001
for knob in start:
    nudged = dict(start)
    nudged[knob] += h
    moved = compute(**nudged) - compute(**start)
    print(f"{knob} up by {h}: f moves by {moved:+.4f}, which is {moved / h:+.2f} times the nudge")

# %% [markdown]
# So `f` moves 4 times as far as `x`, 4 times as far as `y`, and 2 times as far as `z` and the
# other way. Numbers like these are what we are after, and they have a name:
#
# > The **derivative** of `f` with respect to `x`, written **∂f/∂x**, says how many times as far
# > `f` moves as `x` does, when `x` is nudged and everything else is held still.
#
# The sign ∂ is a rounded d, for *difference*. Read ∂f/∂x as "difference in f per difference in x".
# Here ∂f/∂x = 4, ∂f/∂y = 4 and ∂f/∂z = -2.
#
# That would be the end of the story, were it not for the price: one more run of the program for
# every knob. A neural network is an expression too, and has thousands or millions of knobs. We
# want all the derivatives from a single run.
#
# ## One operation at a time
#
# A long expression is hard to see through; a single operation is not.
#
# * **A sum**, `d = x + y`. Nudge `x` by `h`, and `d` moves by `h`. The same for `y`. So ∂d/∂x = 1
#   and ∂d/∂y = 1.
# * **A product**, `f = d · z`. Nudge `d` by `h`: now it is `(d + h) · z = d · z + h · z`, which
#   has moved by `h · z`, that is `z` times the nudge. So ∂f/∂d = z = 4. In the same way ∂f/∂z = d
#   = -2.
#
# These are **local derivatives**: each knows one operation and nothing of the rest.
#
# ## Link them
#
# Picture the arrows as gears. `x` turns `d` at the rate 1, `d` turns `f` at the rate 4; so `x`
# turns `f` at the rate 4 · 1 = 4. Rates along a path *multiply*. That is the **chain rule**, and
# it is the only rule there is:
#
#     ∂f/∂x = ∂f/∂d · ∂d/∂x
#
# Start at the result, where nothing is in doubt (`f` moves exactly as far as `f` does: ∂f/∂f = 1),
# and walk *backward* along the arrows, multiplying by one local derivative at each:

# %%
df_df = 1.0
df_dd = df_df * z.data  # back through f = d * z
df_dz = df_df * d.data
df_dx = df_dd * 1.0  # back through d = x + y
df_dy = df_dd * 1.0
print("∂f/∂d =", df_dd)
print("∂f/∂z =", df_dz)
print("∂f/∂x =", df_dx)
print("∂f/∂y =", df_dy)
assert (df_dx, df_dy, df_dz, df_dd) == (4, 4, -2, 4)

# %% [markdown]
# Four multiplications, and we have the derivative for every knob, without computing `f` again.
# Note that `df_dd` was worked out once and used twice: that is where the saving comes from.
#
# Computing `f` from the inputs is called the **forward pass**, this walk the **backward pass**.
#
# ## Let the engine do it
#
# A `Value` remembers how it was made, so it can take the same walk by itself. What it finds for
# each number is left in `.grad`.

# %%
f.backward()
print("∂f/∂x =", x.grad)
print("∂f/∂y =", y.grad)
print("∂f/∂z =", z.grad)
assert (x.grad, y.grad, z.grad, d.grad) == (df_dx, df_dy, df_dz, df_dd)

# %% [markdown]
# The same picture, now with the line *grad* filled in, which on each card is the derivative of `f`
# with respect to that card. On each arrow stands the local derivative. Check one: the *grad* of
# `d`, which is 4, times the 1 on the arrow from `x`, is the *grad* of `x`.

# %%
trace(f).backward()

# %% [markdown]
# And the same walk step by step. Press *Next*, or click into the frame and use the arrow keys.
# Below the picture you can change the inputs, and everything follows. (A web site
# that only shows notebooks may keep to the last picture.)

# %%
steps(f)

# %% [markdown]
# In words, where you have no buttons:

# %%
print(steps(f).text())

# %% [markdown]
# ## Trust, but check
#
# The engine claims to know what happens when a knob is turned. Turning it, as we did in the
# beginning, is a test of the claim that needs no theory. `gradcheck` does this for every input,
# with great care about how it nudges (it names its method, here *complex step*), and reports the
# worst disagreement it found: 4 by the rules, 4 by nudging.

# %%
report = gradcheck(compute, 1.0, -3.0, 4.0)
print(report)
assert report

# %% [markdown]
# ## When the line is curved
#
# So far the size of the nudge did not matter. Take a square instead, `s = w · w`, at `w = 3`:
#
#     (w + h)² = w² + 2 · w · h + h²
#
# `s` has moved by `2 · w · h + h²`. Divided by the nudge `h` that is `2 · w + h`. The leftover `h`
# is why the size matters, and why the nudge has to be tiny: as `h` shrinks, the quotient closes in
# on `2 · w`, which is 6. *That* is the derivative: the number the quotients close in on.

# %%
w = Value(3, name="w")
s = w**2
s.backward()
print("the engine says", w.grad)
assert w.grad == 6

print("\n      h   (s moved by) / h   off by")
errors = {}
for power in range(0, 17, 2):
    h = 10.0**-power
    quotient = ((3 + h) ** 2 - 3**2) / h
    errors[power] = abs(quotient - 6)
    print(f"  1e-{power:02d}   {quotient:16.10f}   {errors[power]:.0e}")
assert errors[8] < 1e-6 < errors[2] and errors[16] == 6

# %% [markdown]
# It closes in, and then it goes wrong. A computer keeps about 16 digits of a number; a nudge of
# 0.0000000000000001 is lost when it is added to 3, and nothing moves at all. Nudging is a good
# test, but a poor tool. The backward pass has no `h`, and nothing to lose.
#
# ## The answer
#
# The list of all derivatives, here (4, 4, -2), is called the **gradient**. It answers the
# question:
#
# * turning `x` or `y` *up* raises `f`, by 4 for each unit;
# * turning `z` *down* raises `f`, by 2 for each unit;
# * so of a single knob, take `x` or `y`, upward. And if you may turn all three, turn each in
#   proportion to its derivative:

# %%
step = 0.01
higher = compute(1 + step * x.grad, -3 + step * y.grad, 4 + step * z.grad)
lower = compute(1 - step * x.grad, -3 - step * y.grad, 4 - step * z.grad)
print(f"along the gradient:   f goes from -8 to {higher:.3f}")
print(f"against the gradient: f goes from -8 to {lower:.3f}")
assert lower < -8 < higher

# %% [markdown]
# Going *against* the gradient lowers `f`. Call `f` a mistake, and you have just seen how a neural
# network learns; notebook 2 does it.
#
# ## The same with letters
#
# The last look is at the expression
#
#     z1 = x1 + x2        y = z1 · z2
#
# which is the one from above under other names. In the forward pass the engine saves the local
# derivatives; in the backward pass it completes them:
#
# | | saved going forward | completed going backward |
# |---|---|---|
# | ∂y/∂z1 | z2 | z2 |
# | ∂y/∂z2 | z1 | z1 |
# | ∂y/∂x1 | 1 | z2 · 1 |
# | ∂y/∂x2 | 1 | z2 · 1 |

# %%
x1, x2, z2 = Value(2, "x1"), Value(3, "x2"), Value(4, "z2")
z1 = x1 + x2
y = z1 * z2
y.backward()
assert y.data == 20
assert (z1.grad, z2.grad, x1.grad, x2.grad) == (4, 5, 4, 4)
trace(y).backward()

# %% [markdown]
# ## Exercises
#
# Put your answer in place of the `...` and run the cell. The library works out the answer for
# itself and tells you what it thinks of yours.
#
# **1.1** Let `f = (x - y) · z`, a difference this time, again at x = 1, y = -3, z = 4. What is
# ∂f/∂y?

# %%
answer = ...
check("1.1", answer)

# %% [markdown]
# **1.2** Back to `f = (x + y) · z`, which is -8, with ∂f/∂z = -2. You turn `z` from 4 up to 4.5.
# Work out from the derivative alone what `f` becomes.

# %%
answer = ...
check("1.2", answer)

# %% [markdown]
# **1.3** We found that the derivative of `w²` is `2 · w`. What is the derivative of `w³`? Write it
# as a function of `w`.


# %%
def derivative(w):
    return ...


check("1.3", derivative)

# %% [markdown]
# **1.4** A slide about `z1 = x1 + x2`, `y = z1 · z2` shows four lines. One is misprinted. Which?
#
#     A:  ∂y/∂z1 = z2        B:  ∂y/∂z2 = z1        C:  ∂y/∂x1 = z2 · 1        D:  ∂y/∂x2 = z1 · 1

# %%
answer = ...
check("1.4", answer)
