# %% [markdown]
# # 4. Train a classifier
# **The question.** Which digit is this? You see it at a glance, and cannot say how you do it: try
# to write the rule down as a Python program. Can the machinery of notebooks 1 to 3 find one?

# %%
import matplotlib.pyplot as plt
import numpy as np
from exercises import check, damaged_training
from IPython.display import SVG

import nn
import nn.functional as F
import optim
from autograd import Tensor, Value, softmax, trace
from nn.data import DataLoader, load_digits, train_test_split

# %% [markdown]
# ## The data
#
# 1,797 digits, written by hand, scanned, and shrunk to 8 by 8 pixels. Each pixel is a number from
# 0 (paper) to 16 (ink).

# %%
digits = load_digits()
print(digits.X.shape, "pixels;", digits.y.shape, "answers, of which the first are", digits.y[:10])


def show(pictures, titles):
    _, axes = plt.subplots(1, len(pictures), figsize=(10, 1.5))
    for ax, picture, title in zip(axes, pictures, titles):
        ax.imshow(picture.reshape(8, 8), cmap="gray_r")
        ax.set_title(title)
        ax.axis("off")


show(digits.X[:10], digits.y[:10])

# %% [markdown]
# A classifier that had learnt all of them by heart would get all of them right, and we should have
# learnt nothing about the next digit somebody writes. So we put some aside. From the *training*
# set the weights are learnt; with the *validation* set we watch the training; the *test* set is
# looked at once, at the very end.

# %%
X = digits.X / 16  # from 0 to 1
X_rest, X_test, y_rest, y_test = train_test_split(
    X, digits.y, test_size=300, stratify=digits.y, rng=0
)
X_train, X_val, y_train, y_val = train_test_split(
    X_rest, y_rest, test_size=300, stratify=y_rest, rng=0
)
print(len(X_train), "to learn from,", len(X_val), "to watch,", len(X_test), "for the test")
assert (len(X_train), len(X_val), len(X_test)) == (1197, 300, 300)

# %% [markdown]
# ## From numbers to arrays
#
# The neuron of notebook 2 had two inputs. Here each neuron looks at 64 pixels, we want dozens of
# neurons, and more than a thousand digits: far too many `Value`s. A `Tensor` is to a NumPy array
# what a `Value` is to a number: it remembers how it was made.
#
# The scores of *all* neurons for *all* digits are one matrix product, written `@`. In `S = X @ W +
# b`, the row `i` of `X` holds the pixels of digit `i`, the column `j` of `W` holds the weights of
# neuron `j`, and `S[i, j]` is the score that neuron `j` gives to digit `i`. Here it is for 2
# digits and 3 neurons, and one of the six scores once more with `Value`s:

# %%
rng = np.random.default_rng(0)
W = Tensor(rng.normal(size=(64, 3)), name="W")
b = Tensor(rng.normal(size=3), name="b")
S = X_train[:2] @ W + b
print(S.data.round(3))

score = Value(b.data[2])
for pixel, weight in zip(X_train[1], W.data[:, 2]):
    score = score + Value(weight) * pixel
print(f"{score.data:.3f}")
assert abs(score.data - S.data[1, 2]) < 1e-12

# %% [markdown]
# ## A network
#
# A *layer* is such a product, `nn.Linear(inputs, neurons)`. Two of them make our network, with the
# gate of notebook 3 between them, and ten neurons at the end: one score for each digit.

# %%
nn.manual_seed(0)
model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
print(model)
print(nn.count_parameters(model), "knobs")
assert nn.count_parameters(model) == 64 * 32 + 32 + 32 * 10 + 10 == 2410

# %% [markdown]
# The weights start at random, and the network knows nothing yet. `softmax` (notebook 3) turns its
# ten scores into ten shares that add up to 1, and we can read them as probabilities:

# %%
shares = softmax(model(X_train[:1]), axis=1).data[0]
print("the digit is a", y_train[0])
for digit, share in enumerate(shares):
    print(f"{digit}: {share:6.1%}  " + "#" * round(100 * share))
assert abs(shares.sum() - 1) < 1e-12 and shares.max() < 0.25

# %% [markdown]
# The loss is the one of notebook 2, *large when surprised*: minus the logarithm of the share given
# to the right digit, averaged over the digits looked at. It is called **cross-entropy**. A network
# that gives each digit a tenth has the loss `-log(1/10) = 2.30`, and ours is close to that.

# %%
loss_fn = nn.CrossEntropyLoss()
loss = loss_fn(model(X_train), y_train)
print(f"{loss.item():.3f} before any training, {-np.log(1 / 10):.3f} for guessing")
assert abs(loss.item() - np.log(10)) < 0.1

# %% [markdown]
# The graph of all this, for the 1,197 digits at once. `detail=1` folds each part of the network
# into one card. A card now holds an array: its shape, and the least and the greatest number in it.

# %%
SVG(trace(loss).backward().to_svg(detail=1))

# %% [markdown]
# Unfolded, the knobs can be seen, with a bold border. They are named after their place in the
# network: `0.weight` are the weights of part 0, the first layer. (Scroll the picture sideways.)

# %%
trace(loss).backward()

# %% [markdown]
# It is the same picture as in notebook 3, and the same backward pass goes through it: one sum per
# card, all 2,410 derivatives in one go.
#
# ## The loop
#
# Training is the update of notebook 2, again and again, with two refinements. We do not look at
# all digits before each update but at a *batch* of 32: the derivatives are a little rough, but
# there are many more updates for the same work. One round through all the batches is an **epoch**.
# And we leave the update to an *optimizer*, here Adam, which finds a fitting learning rate for
# each knob by itself.

# %%
optimizer = optim.Adam(model.parameters(), lr=0.01)
loader = DataLoader(X_train, y_train, batch_size=32, shuffle=True, seed=0)
print(len(loader), "updates in each epoch")

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
print(f"the digit is a {y_train[0]}, and the network gives that {shares[y_train[0]]:.1%}")
assert shares[y_train[0]] > 0.9

# %% [markdown]
# Those four lines in the middle are the same for every network there is, so there is a function
# for them. It also watches the validation set, and keeps a record. We start over with fresh
# weights:

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

# %% [markdown]
# *Accuracy* is the part of the digits that get their highest score at the right place. Look at the
# two lines of each plot. On the digits it learns from, the network gets better and better; on the
# digits it only meets at the end of each epoch, it stops getting better after some epochs. From
# there on it learns its examples rather than how to read. That is called **overfitting**.
#
# ## The test
#
# Now, once, the digits that have played no part so far:

# %%
predicted = model(X_test).data.argmax(axis=1)
accuracy = (predicted == y_test).mean()
print(f"{(predicted == y_test).sum()} of {len(y_test)} digits right: {accuracy:.1%}")
assert accuracy > 0.94

# %% [markdown]
# Which digits does it take for which? In the **confusion matrix**, row `i` and column `j` say how
# often an `i` was taken for a `j`. What is right is on the diagonal.

# %%
figure = nn.plots.confusion_matrix(predicted, y_test, digits.classes)

# %% [markdown]
# And here are some that went wrong. The title says what it was, and what the network took it for.
# Would you have known?

# %%
wrong = np.flatnonzero(predicted != y_test)[:8]
show(X_test[wrong], [f"{y_test[i]}, not {predicted[i]}" for i in wrong])

# %% [markdown]
# ## As you will meet it elsewhere
#
# Networks are mostly written as classes. This is how a PyTorch user would write one with four
# layers; only the imports are ours. (`train()`, `to` and `type` do nothing here. They are there
# because larger scripts need them.)


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
        print(f"epoch {epoch + 1}: loss {loss.item():.4f} for the last batch")

accuracy = (model(X_test).data.argmax(axis=1) == y_test).mean()
print(f"{accuracy:.1%} of the test digits")
assert accuracy > 0.88

# %% [markdown]
# Here is its graph, for the test digits. The parts are named as in the class.

# %%
loss = loss_fn(model(X_test), y_test)
SVG(trace(loss).backward().to_svg(detail=1))

# %% [markdown]
# ## The answer
# Yes: two layers, a loss, and the backward pass of notebook 1, done a few hundred times over, read
# more than nine in ten digits that they have never seen. Nobody wrote the rule down. It is in the
# 2,410 numbers, and it is hard to read it there.
#
# ## Exercises
#
# **4.1** A network `nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))`: how many
# knobs does it have?

# %%
answer = ...
check("4.1", answer)

# %% [markdown]
# **4.2** There are 1,153 rows to learn from, in batches of 128, the last of which need not be
# full. How many updates make an epoch?

# %%
answer = ...
check("4.2", answer)

# %% [markdown]
# **4.3** A classifier has to tell 4 kinds of flower apart, and gives each kind the same share.
# What is its cross-entropy, to two decimals?

# %%
answer = ...
check("4.3", answer)

# %% [markdown]
# Four loops train the same network on the digits. One is as it should be; each of the others lacks
# something. Here is how often each is right on the validation set, epoch by epoch:

# %%
runs = damaged_training(X_train, y_train, X_val, y_val)
_, ax = plt.subplots(figsize=(7, 3.5))
styles = zip(("-o", "--s", ":^", "-.D"), nn.plots.COLOURS)
for (letter, accuracies), (style, colour) in zip(runs.items(), styles):
    ax.plot(range(1, len(accuracies) + 1), accuracies, style, color=colour, label=letter)
ax.set_xlabel("epoch")
ax.set_ylabel("accuracy on the validation set")
ax.legend()
ax.grid(alpha=0.3)

# %% [markdown]
# **4.4** In which one was `optimizer.step()` forgotten?

# %%
answer = ...
check("4.4", answer)

# %% [markdown]
# **4.5** In which one are the digits not shuffled, but come sorted, first all the zeros, then all
# the ones, and so on?

# %%
answer = ...
check("4.5", answer)

# %% [markdown]
# **4.6** In which one was `optimizer.zero_grad()` forgotten?

# %%
answer = ...
check("4.6", answer)
