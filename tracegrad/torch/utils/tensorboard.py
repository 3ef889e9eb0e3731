"""``torch.utils.tensorboard``: numbers and pictures for TensorBoard, written by tensorboardX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tracegrad.torch.tensors import array_of, lacking

_METHODS = (
    "add_figure add_histogram add_hparams add_image add_images add_pr_curve add_scalar add_scalars "
    "add_text close flush"
).split()


class SummaryWriter:
    """The files of a folder that TensorBoard shows: ``add_scalar("loss", loss, step)``."""

    def __init__(self, log_dir: Any = None, comment: str = "", **options: Any) -> None:
        try:
            import tensorboardX
        except ImportError:
            raise ImportError(
                "SummaryWriter needs tensorboardX: `pip install tracegrad[tensorboard]`",
                name="tensorboardX",
            ) from None
        folder = None if log_dir is None else str(log_dir)
        self._writer = tensorboardX.SummaryWriter(folder, comment, **options)

    @property
    def log_dir(self) -> str:
        return str(self._writer.logdir)

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(self, *error: object) -> None:
        self._writer.close()

    def __getattr__(self, name: str) -> Any:
        raise lacking("torch.utils.tensorboard.SummaryWriter", name, _METHODS)


def _method(name: str) -> Callable[..., Any]:
    def write(self: SummaryWriter, *args: Any, **kwargs: Any) -> None:
        named = {key: _numbers(value) for key, value in kwargs.items()}
        getattr(self._writer, name)(*map(_numbers, args), **named)

    write.__name__ = name
    return write


def _numbers(x: Any) -> Any:
    """The arrays of tensors, in a dict of curves as well."""
    return {key: array_of(value) for key, value in x.items()} if type(x) is dict else array_of(x)


for _name in _METHODS:
    setattr(SummaryWriter, _name, _method(_name))

__all__ = ["SummaryWriter"]
