# %% [markdown] question

# %%
from exercises import check

from autograd import Value, gradcheck, steps, trace

lang = "en"

# %% [markdown] compute

# %%
x = Value(1, name="x")
y = Value(-3, name="y")
z = Value(4, name="z")

d = x + y
f = d * z
print("d =", d.data)
print("f =", f.data)
assert (d.data, f.data) == (-2, -8)

# %% [markdown] look

# %%
trace(f)

# %% [markdown] nudge


# %%
def compute(x, y, z):
    return (x + y) * z


start = {"x": 1.0, "y": -3.0, "z": 4.0}
h = 0.001
for name in start:
    nudged = dict(start)
    nudged[name] += h
    moved = compute(**nudged) - compute(**start)
    print(f"{name} + {h}:  Δf = {moved:+.4f},  Δf / h = {moved / h:+.2f}")

# %% [markdown] derivative

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

# %% [markdown] backward

# %%
f.backward()
print("∂f/∂x =", x.grad)
print("∂f/∂y =", y.grad)
print("∂f/∂z =", z.grad)
assert (x.grad, y.grad, z.grad, d.grad) == (df_dx, df_dy, df_dz, df_dd)

# %% [markdown] grad

# %%
trace(f).backward()

# %% [markdown] stepping

# %%
steps(f)

# %% [markdown] words

# %%
print(steps(f).text(lang))

# %% [markdown] check

# %%
report = gradcheck(compute, 1.0, -3.0, 4.0)
print(report)
assert report

# %% [markdown] curved

# %%
w = Value(3, name="w")
s = w**2
s.backward()
print("∂s/∂w =", w.grad)
assert w.grad == 6

print("\n      h             Δs / h   |Δs / h - 6|")
errors = {}
for power in range(0, 17, 2):
    h = 10.0**-power
    quotient = ((3 + h) ** 2 - 3**2) / h
    errors[power] = abs(quotient - 6)
    print(f"  1e-{power:02d}   {quotient:16.10f}   {errors[power]:.0e}")
assert errors[8] < 1e-6 < errors[2] and errors[16] == 6

# %% [markdown] rounding

# %%
step = 0.01
higher = compute(1 + step * x.grad, -3 + step * y.grad, 4 + step * z.grad)
lower = compute(1 - step * x.grad, -3 - step * y.grad, 4 - step * z.grad)
print(f"+ step · gradient:  f = {higher:.3f}")
print(f"- step · gradient:  f = {lower:.3f}")
assert lower < -8 < higher

# %% [markdown] letters

# %%
x1, x2, z2 = Value(2, "x1"), Value(3, "x2"), Value(4, "z2")
z1 = x1 + x2
y = z1 * z2
y.backward()
assert y.data == 20
assert (z1.grad, z2.grad, x1.grad, x2.grad) == (4, 5, 4, 4)
trace(y).backward()

# %% [markdown] 1.1

# %%
answer = ...
check("1.1", answer, lang)

# %% [markdown] 1.2

# %%
answer = ...
check("1.2", answer, lang)

# %% [markdown] 1.3


# %%
def derivative(w):
    return ...


check("1.3", derivative, lang)

# %% [markdown] 1.4

# %%
answer = ...
check("1.4", answer, lang)
