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
moveaxis(W, 0, 1)|cross_entropy(W, [0, 2])"""
NUMBERS_ALONE = "einsum('ij->ji', W)|repeat(x, 2)|tile(x, 2)|norm(x, ord=3)"


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
