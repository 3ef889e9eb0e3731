"""Every operator of micrograd's Value, with numbers on both sides."""

from micrograd.engine import Value

p = Value(-2.0)
q = Value(3.0)
r = p + q
s = p * q + q**2
r += r + 1
r += 2 + r + (-p)
s += s * 2 + (q + p).relu()
s += 3 * s + (q - p).relu()
t = r - s
u = t**2
out = u / 4.0
out += 5.0 / u
out.backward()
print(f"{p.grad:.4f} {q.grad:.4f}")
print(out.data)
