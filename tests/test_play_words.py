"""How the playground writes operations and their adjoints, held equal to what Python carries."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from autograd import trace
from autograd.formulas import formula
from autograd.stage.box_data import texts
from tests.test_play_language import in_json, script

KNOWN: dict[str, Any] = {
    "x": np.array([1.0, -2.0, 0.5]),
    "W": np.array([[1.0, 2.0, 0.5], [-1.0, 0.25, 3.0]]),
    "k": 2.0,
    "P": np.arange(1.0, 33).reshape(1, 2, 4, 4),
    "L": np.arange(6.0).reshape(1, 1, 6),
    "K": np.arange(1.0, 17).reshape(2, 2, 2, 2),
}

#: Formulas whose adjoints are all written, and at the end some whose are not.
WRITTEN = """\
W @ x|x @ W.T|W @ W.T|x @ x|dot(W, x)|sum(W)|sum(W, axis=0)|sum(W, axis=-1, keepdims=True)
mean(W)|mean(W, axis=1)|W.sum(axis=(0, 1))|max(W, axis=0)|min(W)|max(x)|var(W, axis=1)|var(x)
var(W, ddof=1)|softmax(W)|softmax(W, axis=0)|softmax(x)|log_softmax(W, axis=1)
logsumexp(W, axis=0)|logsumexp(x)|reshape(W, (3, 2))|W.T|transpose(W)|ravel(W)|W[0]|W[:, 1]
W[0, 1:]|W[..., 0]|x[1]|W[0, 2]|expand_dims(x, axis=0)|squeeze(expand_dims(x, axis=0))
sum(tanh(W * k) @ x + k)|cumsum(x)|norm(x)|outer(x, x)|W[[0, 1]]|transpose(W, (1, 0))
concatenate([x, x])|stack([x, x], axis=1)|sort(x)|flip(x)|roll(x, 1)|pad(x, 1)|diag(W)|diag(x)
triu(W, k=1)|take(x, [0, 2])|take(W, 1, axis=1)|std(W, axis=0)|prod(W, axis=1)
cumprod(W, axis=0)|broadcast_to(x, (2, 3))|cross_entropy(x, 2)|swapaxes(W, 0, 1)
moveaxis(W, 0, 1)|cross_entropy(W, [0, 2])
conv(P, K)|conv(P, K, stride=(1, 2), padding=1)|conv(P, K, padding=((0, 1), (1, 0)), dilation=2)
conv(P, K[:, 0:1], groups=2)|conv(L, L[:, :, 0:2])|conv_transpose(P, K, stride=2)
conv_kernel(P, P[:, :, 0:2, 0:2], 3)|max_pool(P, 2)|max_pool(P, 3, padding=((1, 0), (0, 1)))
max_pool(P, (2, 1), dilation=2)|max_pool(L, 2, stride=1, padding=1)|avg_pool(P, 2, padding=1)
avg_pool(L, 3, stride=1)|avg_pool(P, (1, 2), divisor=3)|unfold(P, 2, stride=2, padding=1)
fold(unfold(P, 2), 4)|einsum("ij,kj->ik", W, W)|einsum("ii", W @ W.T)|einsum("ij->j", W)
einsum("...i,i->...", W, W[0])|einsum("ij,ij->ij", W, W[0:1])|einsum("iji->j", K[0])
repeat(x, 2)|repeat(W, 2, axis=-2)|repeat(W, 3)|tile(x, (2, 2))|tile(W, 2)
norm(x, 1)|norm(W, 3, axis=1)|norm(x, 2.5)|norm(W, 1, axis=0, keepdims=True)"""
NUMBERS_ALONE = "sort(W, axis=0)|repeat(x, [1, 2, 1])|norm(W, 1)"


def test_the_playground_writes_adjoints_as_python_does(browser: Any) -> None:
    written, alone = (text.replace("\n", "|").split("|") for text in (WRITTEN, NUMBERS_ALONE))
    page = browser.contexts[0].new_page()
    add = "const s = document.createElement('script'); s.text = {}; document.head.append(s);"
    known = {name: in_json(value) for name, value in KNOWN.items()}
    ask = "([all, known]) => JSON.stringify(all.map((text) => formula(text, known)))"
    try:
        page.evaluate(add.format(json.dumps(script())))
        read = json.loads(page.evaluate(ask, [[*written, *alone], known]))
    finally:
        page.close()
    for text, columns in zip([*written, *alone], read, strict=True):
        here = texts(trace(formula(text, KNOWN), names={}))
        assert columns["says"] == here["says"], text
        for there, (operation, letters, adjoints) in zip(columns["texts"], here["texts"]):
            expected = [operation, [], []] if text in alone else [operation, letters, adjoints]
            assert there == expected, text
