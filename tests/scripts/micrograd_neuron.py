"""One neuron with labels on its nodes, and a walk over the graph as a drawing makes it."""

from micrograd.engine import Value


def trace(root):
    nodes, edges = set(), set()

    def build(v):
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)

    build(root)
    return nodes, edges


x1 = Value(1.5, label="x1")
x2 = Value(-0.5, label="x2")
w1 = Value(-1.0, label="w1")
w2 = Value(2.0, label="w2")
b = Value(2.25, label="b")
x1w1 = x1 * w1
x1w1.label = "x1*w1"
x2w2 = x2 * w2
x2w2.label = "x2*w2"
n = x1w1 + x2w2 + b
n.label = "n"
e = (2 * n).exp()
o = (e - 1) / (e + 1)
o.label = "o"
o.backward()
nodes, edges = trace(o)
print(len(nodes), len(edges), sorted({v._op for v in nodes}))
print(o.data)
