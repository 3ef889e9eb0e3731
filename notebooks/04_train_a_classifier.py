# %% [markdown] question

# %%
import matplotlib.pyplot as plt
import numpy as np
from exercises import check, damaged_training
from IPython.display import SVG

import autograd
import nn
import nn.functional as F
import optim
from autograd import Tensor, Value, exp, log, softmax, trace
from nn.data import DataLoader, load_digits, load_iris, standardize, train_test_split
from nn.scalar import MLP

lang = "en"

# %% [markdown] data

# %%
digits = load_digits()
print("X", digits.X.shape, " y", digits.y.shape, " y[:10] =", digits.y[:10])


def show(pictures, titles):
    _, axes = plt.subplots(1, len(pictures), figsize=(10, 1.5))
    for ax, picture, title in zip(axes, pictures, titles):
        ax.imshow(picture.reshape(8, 8), cmap="gray_r")
        ax.set_title(title)
        ax.axis("off")


show(digits.X[:10], digits.y[:10])

# %% [markdown] split

# %%
X = digits.X / 16  # from 0 to 1
X_rest, X_test, y_rest, y_test = train_test_split(
    X, digits.y, test_size=300, stratify=digits.y, rng=0
)
X_train, X_val, y_train, y_val = train_test_split(
    X_rest, y_rest, test_size=300, stratify=y_rest, rng=0
)
print(len(X_train), len(X_val), len(X_test))
assert (len(X_train), len(X_val), len(X_test)) == (1197, 300, 300)

# %% [markdown] arrays

# %%
rng = np.random.default_rng(0)
W = Tensor(rng.normal(size=(64, 3)), name="W")
b = Tensor(rng.normal(size=3), name="b")
S = X_train[:2] @ W + b
print(S.data.round(3))

score = Value(b.data[2])
for pixel, weight in zip(X_train[1], W.data[:, 2]):
    score = score + Value(weight) * pixel
print(f"S[1, 2] = {score.data:.3f}")
assert abs(score.data - S.data[1, 2]) < 1e-12

# %% [markdown] cells

# %%
x_cells = [Value(1, "x0"), Value(2, "x1")]
W_cells = [[Value(3, "W00"), Value(0, "W01"), Value(-1, "W02")],
           [Value(1, "W10"), Value(2, "W11"), Value(1, "W12")]]  # fmt: skip
s_cells = [x_cells[0] * W_cells[0][j] + x_cells[1] * W_cells[1][j] for j in range(3)]
upstream = [1, -2, 5]
total = s_cells[0] * 1 + s_cells[1] * -2 + s_cells[2] * 5
total.backward()
assert [s.grad for s in s_cells] == upstream
for i in range(2):
    print([W_cells[i][j].grad for j in range(3)])
    for j in range(3):
        assert W_cells[i][j].grad == x_cells[i].data * upstream[j]

# %% [markdown] outer

# %%
x = Tensor([[1.0, 2.0]], name="x")
W = Tensor([[3.0, 0.0, -1.0], [1.0, 2.0, 1.0]], name="W")
g = np.array([[1.0, -2.0, 5.0]])
s = x @ W
s.backward(g)
print(x.data.T @ g)
assert np.array_equal(W.grad, x.data.T @ g)
assert np.array_equal(W.grad, [[c.grad for c in row] for row in W_cells])
assert np.array_equal(x.grad, g @ W.data.T)
assert np.array_equal(x.grad[0], [c.grad for c in x_cells])

# %% [markdown] rows

# %%
X2 = np.array([[1.0, 2.0], [0.0, 3.0]])
G2 = np.array([[1.0, -2.0, 5.0], [4.0, 0.0, 1.0]])
W.grad = None
(X2 @ W).backward(G2)
one_by_one = X2[:1].T @ G2[:1] + X2[1:].T @ G2[1:]
print(X2.T @ G2)
assert np.array_equal(W.grad, X2.T @ G2) and np.array_equal(W.grad, one_by_one)

# %% [markdown] network

# %%
nn.manual_seed(0)
model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
print(model)
print(nn.count_parameters(model), "parameters")
assert nn.count_parameters(model) == 64 * 32 + 32 + 32 * 10 + 10 == 2410

# %% [markdown] start

# %%
shares = softmax(model(X_train[:1]), axis=1).data[0]
print("y =", y_train[0])
for digit, share in enumerate(shares):
    print(f"{digit}: {share:6.1%}  " + "#" * round(100 * share))
assert abs(shares.sum() - 1) < 1e-12 and shares.max() < 0.25

# %% [markdown] cross-entropy

# %%
loss_fn = nn.CrossEntropyLoss()
loss = loss_fn(model(X_train), y_train)
print(f"loss = {loss.item():.3f},  -log(1/10) = {-np.log(1 / 10):.3f}")
assert abs(loss.item() - np.log(10)) < 0.1

# %% [markdown] graph

# %%
SVG(trace(loss).backward().to_svg(detail=1))

# %% [markdown] unfolded

# %%
trace(loss).backward()

# %% [markdown] loop

# %%
optimizer = optim.Adam(model.parameters(), lr=0.01)
loader = DataLoader(X_train, y_train, batch_size=32, shuffle=True, seed=0)
print("len(loader) =", len(loader))

for epoch in range(10):
    total = 0.0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()  # forget the old derivatives
        loss = loss_fn(model(X_batch), y_batch)  # forward
        loss.backward()  # backward
        optimizer.step()  # update
        total += loss.item() * len(X_batch)
    print(f"epoch {epoch + 1:2}: loss {total / len(X_train):.4f}")

assert total / len(X_train) < 0.1

# %%
shares = softmax(model(X_train[:1]), axis=1).data[0]
print(f"y = {y_train[0]}: {shares[y_train[0]]:.1%}")
assert shares[y_train[0]] > 0.9

# %% [markdown] fit

# %%
nn.manual_seed(0)
model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
history = nn.fit(
    model,
    (X_train, y_train),
    loss_fn,
    optim.Adam(model.parameters(), lr=0.01),
    epochs=20,
    validation=(X_val, y_val),
    metrics=["accuracy"],
    seed=0,
    progress=False,
)
last = history.last
print(f"training:   loss {last['loss']:.4f}, accuracy {last['accuracy']:.1%}")
print(f"validation: loss {last['val_loss']:.4f}, accuracy {last['val_accuracy']:.1%}")
assert last["accuracy"] > 0.98 and last["val_accuracy"] > 0.94

# %%
figure = nn.plots.curves(history)

# %% [markdown] curves

# %%
predicted = model(X_test).data.argmax(axis=1)
accuracy = (predicted == y_test).mean()
print(f"{(predicted == y_test).sum()} / {len(y_test)} = {accuracy:.1%}")
assert accuracy > 0.94

# %% [markdown] confusion

# %%
figure = nn.plots.confusion_matrix(predicted, y_test, digits.classes)

# %% [markdown] wrong

# %%
wrong = np.flatnonzero(predicted != y_test)[:8]
show(X_test[wrong], [f"{y_test[i]} → {predicted[i]}" for i in wrong])

# %% [markdown] elsewhere


# %%
class Classifier(nn.Module):
    def __init__(self, n_features, n_classes):
        super().__init__()
        self.fc1 = nn.Linear(n_features, 10)
        self.fc2 = nn.Linear(10, 20)
        self.fc3 = nn.Linear(20, 15)
        self.fc4 = nn.Linear(15, n_classes)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        return self.fc4(x)


nn.manual_seed(1)
model = Classifier(64, 10)
optimizer = optim.Adam(model.parameters(), lr=0.005)
train_loader = DataLoader(X_train, y_train, batch_size=32, shuffle=True, seed=0)
for epoch in range(30):
    model.train()
    for X, y in train_loader:
        X, y = X.to("cpu"), y.to("cpu")
        outputs = model(X.type(np.float32))
        loss = loss_fn(outputs, y.type(np.int64))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if (epoch + 1) % 10 == 0:
        print(f"epoch {epoch + 1}: loss {loss.item():.4f}")

accuracy = (model(X_test).data.argmax(axis=1) == y_test).mean()
print(f"accuracy {accuracy:.1%}")
assert accuracy > 0.88

# %% [markdown] class-graph

# %%
loss = loss_fn(model(X_test), y_test)
SVG(trace(loss).backward().to_svg(detail=1))

# %% [markdown] number-by-number

# %%
iris = load_iris()
flowers, kinds = standardize(iris.X)[::5].tolist(), iris.y[::5]
small = MLP(4, [8, 3], rng=0)


def mean_surprise():
    total = 0.0
    for flower, kind in zip(flowers, kinds):
        scores = small(flower)
        total = total + log(sum(exp(score) for score in scores)) - scores[kind]
    return total / len(flowers)


out = mean_surprise()
out.backward()
print(f"{len(trace(out)):,} nodes, {len(small.parameters())} parameters, loss {out.data:.4f}")

# %% [markdown] found-products

# %%
compiled = autograd.compile(mean_surprise)
value, gradients = compiled.value_and_grad()
print(compiled)
print(f"loss {value:.4f}")
assert abs(value - out.data) < 1e-12
for weight, gradient in zip(compiled.captured, gradients):
    assert abs(weight.grad - gradient) < 1e-12

# %% [markdown] 4.1

# %%
answer = ...
check("4.1", answer, lang)

# %% [markdown] 4.2

# %%
answer = ...
check("4.2", answer, lang)

# %% [markdown] 4.3

# %%
answer = ...
check("4.3", answer, lang)

# %% [markdown] four-loops

# %%
runs = damaged_training(X_train, y_train, X_val, y_val)
_, ax = plt.subplots(figsize=(7, 3.5))
styles = zip(("-o", "--s", ":^", "-.D"), nn.plots.COLOURS)
for (letter, accuracies), (style, colour) in zip(runs.items(), styles):
    ax.plot(range(1, len(accuracies) + 1), accuracies, style, color=colour, label=letter)
ax.set_xlabel("epoch")
ax.set_ylabel("val accuracy")
ax.legend()
ax.grid(alpha=0.3)

# %% [markdown] 4.4

# %%
answer = ...
check("4.4", answer, lang)

# %% [markdown] 4.5

# %%
answer = ...
check("4.5", answer, lang)

# %% [markdown] 4.6

# %%
answer = ...
check("4.6", answer, lang)
