"""``vmap`` beside PyTorch's: another implementation of the same idea, over the rows both have."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import numpy as np

import autograd
from autograd import vmap
from autograd.calculus import RULES
from fuzz.peer import functions

#: Shapes of one example's operands, and one call in either library.
Case: TypeAlias = tuple[tuple[tuple[int, ...], ...], Callable[..., Any], Callable[..., Any]]

M, V = (3, 3), (3,)
LABELS, PICKS = np.array([2, 0]), np.array([[0, 2, 2]])


def cases(torch: Any) -> dict[str, Case]:
    deeper, linalg = torch.nn.functional, torch.linalg

    def alike(name: str, shapes: Any, call: Callable[..., Any]) -> Case:
        """One call of two functions, PyTorch's of the same name for one dimension."""
        functions = getattr(autograd, name), getattr(deeper, f"{name}1d")
        return shapes, partial(call, functions[0]), partial(call, functions[1])

    each = ((2, 3), V, V)
    return {
        **{
            name: (each[: len(RULES[name].args)], getattr(autograd, name), function)
            for name, function in functions().items()
            if name in RULES
        },
        "arccosh": ((V,), lambda a: autograd.arccosh(1 + a), lambda a: torch.arccosh(1 + a)),
        "sum": ((M,), lambda a: a.sum(1), lambda a: a.sum(1)),
        "mean": ((M,), lambda a: a.mean(0), lambda a: a.mean(0)),
        "min": ((M,), lambda a: a.min(0), lambda a: a.amin(0)),
        "ravel": ((M,), autograd.ravel, torch.ravel),
        "swapaxes": (((2, 3, 4),), lambda a: a.swapaxes(0, 2), lambda a: a.swapaxes(0, 2)),
        "broadcast_to": (
            (V,),
            lambda a: autograd.broadcast_to(a, (2, 3)),
            lambda a: torch.broadcast_to(a, (2, 3)),
        ),
        "linear": (((2, 3), M, V), autograd.linear, lambda x, w, b: x @ w + b),
        "inner": ((V, V), autograd.inner, torch.inner),
        "max": ((M,), lambda a: a.max(-1), lambda a: a.amax(-1)),
        "var": ((M,), lambda a: a.var(axis=1), lambda a: a.var(1, unbiased=False)),
        "prod": ((M,), lambda a: a.prod(axis=0), lambda a: a.prod(0)),
        "cumsum": ((M,), lambda a: a.cumsum(1), lambda a: a.cumsum(1)),
        "cumprod": ((M,), lambda a: autograd.cumprod(a, 0), lambda a: a.cumprod(0)),
        "softmax": ((M,), lambda a: autograd.softmax(a, 0), lambda a: a.softmax(0)),
        "logsumexp": ((M,), lambda a: autograd.logsumexp(a, 1), lambda a: a.logsumexp(1)),
        "sort": ((M,), lambda a: autograd.sort(a, 0), lambda a: a.sort(0)[0]),
        "flip": ((M,), lambda a: autograd.flip(a, 1), lambda a: a.flip(1)),
        "roll": ((M,), lambda a: autograd.roll(a, 1, 0), lambda a: a.roll(1, 0)),
        "tile": ((V,), lambda a: autograd.tile(a, (2, 1)), lambda a: a.tile((2, 1))),
        "reshape": ((M,), lambda a: a.reshape(9), lambda a: a.reshape(9)),
        "moveaxis": (((2, 3, 4),), lambda a: autograd.moveaxis(a, 0, 2), lambda a: a.movedim(0, 2)),
        "diagonal": ((M,), lambda a: autograd.diagonal(a, 1), lambda a: a.diagonal(1)),
        "std": ((M,), lambda a: a.std(axis=1), lambda a: a.std(1, unbiased=False)),
        "dot": ((V, V), autograd.dot, torch.dot),
        "transpose": ((M,), lambda a: a.T, lambda a: a.T),
        "squeeze": (((1, 3),), lambda a: a.squeeze(0), lambda a: a.squeeze(0)),
        "expand_dims": ((V,), lambda a: autograd.expand_dims(a, 1), lambda a: a.unsqueeze(1)),
        "take": (
            (M,),
            lambda a: autograd.take(a, LABELS, 1),
            lambda a: torch.index_select(a, 1, torch.tensor(LABELS)),
        ),
        "put_index": (
            ((2,),),
            lambda a: autograd.put_index(a, LABELS, (3,)),
            lambda a: torch.zeros(3, dtype=a.dtype).index_add(0, torch.tensor(LABELS), a),
        ),
        "diag": ((V,), lambda a: autograd.diag(a, 1), lambda a: torch.diag_embed(a, 1)),
        "tril": ((M,), autograd.tril, torch.tril),
        "repeat": ((M,), lambda a: a.repeat(2, 1), lambda a: a.repeat_interleave(2, 1)),
        "pad": ((M,), lambda a: autograd.pad(a, (1, 2)), lambda a: deeper.pad(a, (1, 2, 1, 2))),
        "log_softmax": ((M,), lambda a: autograd.log_softmax(a, 1), lambda a: a.log_softmax(1)),
        "logabsdet": (
            (M,),
            lambda a: autograd.logabsdet(a @ a.mT),
            lambda a: linalg.slogdet(a @ a.mT)[1],
        ),
        "eigh_terms": (
            (M,),
            lambda a: autograd.eigvalsh(a + a.mT),
            lambda a: linalg.eigvalsh(a + a.mT),
        ),
        "svd_terms": ((M,), autograd.svdvals, linalg.svdvals),
        "qr_terms": ((M,), lambda a: autograd.qr(a)[1] ** 2, lambda a: linalg.qr(a)[1] ** 2),
        "conv": alike("conv", ((1, 2, 5), (3, 2, 2)), lambda f, x, w: f(x, w, stride=2)),
        "conv_transpose": alike(
            "conv_transpose", ((1, 2, 3), (2, 3, 2)), lambda f, x, w: f(x, w, stride=2)
        ),
        "avg_pool": alike("avg_pool", ((1, 2, 6),), lambda f, x: f(x, 2)),
        "max_pool": alike("max_pool", ((1, 2, 6),), lambda f, x: f(x, 2)),
        "conv_kernel": (
            ((2, 2, 5), (2, 3, 4)),
            lambda x, y: autograd.conv_kernel(x, y, 2),
            lambda x, y: torch.nn.grad.conv1d_weight(x, (3, 2, 2), y),
        ),
        "fold": (
            ((1, 2, 2, 2, 3, 3),),
            lambda x: autograd.fold(x, 4),
            lambda x: deeper.fold(x.reshape(1, 8, 9), 4, 2),
        ),
        "astype": (
            (M,),
            lambda a: a.astype(np.float32),
            lambda a: a.to(torch.float32),
        ),
        "unfold": (
            ((1, 2, 5),),
            lambda x: autograd.unfold(x, 2, stride=3),
            lambda x: x.unfold(2, 2, 3).movedim(-1, 2),
        ),
        "pow": ((V, V), autograd.pow, torch.pow),
        "mod": ((V, V), autograd.mod, torch.remainder),
        "floor_divide": (
            (V, V),
            lambda a, b: autograd.floor_divide(a, b / 4),
            lambda a, b: torch.div(a, b / 4, rounding_mode="floor"),
        ),
        "sinc": ((V,), autograd.sinc, torch.sinc),
        "logaddexp2": ((V, V), autograd.logaddexp2, torch.logaddexp2),
        "fmax": ((V, V), autograd.fmax, torch.fmax),
        "fmin": ((V, V), autograd.fmin, torch.fmin),
        "clip": ((V, V), lambda a, b: autograd.clip(a, b, 2 * b), lambda a, b: a.clamp(b, 2 * b)),
        "leaky_relu": (
            (V,),
            lambda a: autograd.leaky_relu(a - 0.5),
            lambda a: deeper.leaky_relu(a - 0.5),
        ),
        "elu": ((V,), lambda a: autograd.elu(a - 0.5), lambda a: deeper.elu(a - 0.5)),
        "xlogy": ((V, V), autograd.xlogy, torch.xlogy),
        "xlog1py": ((V, V), autograd.xlog1py, torch.special.xlog1py),
        "triu": ((M,), lambda a: autograd.triu(a, 1), lambda a: a.triu(1)),
        "getitem": ((M,), lambda a: a[[0, 0, 2], 1:], lambda a: a[[0, 0, 2], 1:]),
        "take_along_axis": (
            (M,),
            lambda a: autograd.take_along_axis(a, PICKS, 0),
            lambda a: torch.take_along_dim(a, torch.tensor(PICKS), 0),
        ),
        "concatenate": (
            (M, M),
            lambda a, b: autograd.concatenate([a, b], 1),
            lambda a, b: torch.cat([a, b], 1),
        ),
        "stack": (
            (V, V),
            lambda a, b: autograd.stack([a, b], 1),
            lambda a, b: torch.stack([a, b], 1),
        ),
        "where": (
            (M, V),
            lambda a, b: autograd.where(a > b, a * b, b),
            lambda a, b: torch.where(a > b, a * b, b),
        ),
        "matmul": (((2, 3), M), lambda a, b: a @ b, lambda a, b: a @ b),
        "matmul of a vector": ((V, M), lambda a, b: a @ b, lambda a, b: a @ b),
        "einsum": (
            (M, M),
            lambda a, b: autograd.einsum("ij,ik->jk", a, b),
            lambda a, b: torch.einsum("ij,ik->jk", a, b),
        ),
        "outer": ((V, V), autograd.outer, torch.outer),
        "kron": ((M, M), autograd.kron, torch.kron),
        "norm": ((M,), lambda a: autograd.norm(a, axis=1), lambda a: linalg.norm(a, dim=1)),
        "inv": ((M,), autograd.inv, linalg.inv),
        "det": ((M,), autograd.det, linalg.det),
        "solve": ((M, V), autograd.solve, linalg.solve),
        "cholesky": (
            (M,),
            lambda a: autograd.cholesky(a @ a.mT + np.eye(3)),
            lambda a: linalg.cholesky(a @ a.mT + torch.eye(3, dtype=a.dtype)),
        ),
        "cross_entropy": (
            ((2, 3),),
            lambda a: autograd.cross_entropy(a, LABELS, label_smoothing=0.1),
            lambda a: deeper.cross_entropy(a, torch.tensor(LABELS), label_smoothing=0.1),
        ),
    }


def test_rows_are_mapped_as_torch_func_maps_them(require: Callable[[str], Any]) -> None:
    torch = require("torch")
    rng = np.random.default_rng(0)
    for name, (shapes, ours, theirs) in cases(torch).items():
        # All operands mapped over, then the first alone, its batch behind.
        for axes in ((0,) * len(shapes), (-1, *(None,) * (len(shapes) - 1))):
            operands = []
            for shape, axis in zip(shapes, axes):
                batched = shape if axis is None else (4, *shape)
                x = rng.uniform(0.1, 0.9, batched) + (np.eye(3) if shape == M else 0)
                operands.append(np.moveaxis(x, 0, -1) if axis == -1 else x)
            tensors = [torch.tensor(x, requires_grad=True) for x in operands]
            expected = torch.func.vmap(theirs, axes)(*tensors)
            np.testing.assert_allclose(
                vmap(ours, axes)(*operands), expected.detach().numpy(), rtol=1e-12, err_msg=name
            )
            # What an example gives depends on its own operands, and on those that all share.
            (expected**2).sum().backward()
            slope = autograd.grad(
                lambda *xs, f=ours: (f(*xs) ** 2).sum(), tuple(range(len(shapes)))
            )
            for actual, tensor, axis in zip(vmap(slope, axes)(*operands), tensors, axes):
                total = actual.sum(0) if axis is None else np.moveaxis(actual, 0, axis)
                wanted = 0 if tensor.grad is None else tensor.grad.numpy()
                np.testing.assert_allclose(total, wanted, rtol=1e-9, atol=1e-11, err_msg=name)
