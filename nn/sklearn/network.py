"""What the two estimators share: the arguments, the network and its training."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeAlias

import numpy as np

import optim
from autograd.calculus import short
from autograd.typing import Array, Function, State
from nn import rng as _rng
from nn.data import train_test_split
from nn.kinds import LossFunction, Metric
from nn.layers import MLP, Identity, Module
from nn.losses import l2_penalty
from nn.sklearn.checked import Table, check_names, matrix, names_of
from nn.sklearn.parameters import Estimator, of_scikit_learn
from nn.training import EarlyStopping, History, fit, predict

#: What makes an optimizer of the parameters and ``lr``.
Solver: TypeAlias = str | Callable[..., optim.Optimizer]
#: A network of one's own: a function of the numbers of features and of outputs.
MakeModule: TypeAlias = Callable[[int, int], Module]
#: The state of the random numbers: a seed, a generator of NumPy, or None.
RandomState: TypeAlias = int | np.random.Generator | np.random.RandomState | None

SOLVERS: dict[str, Function] = {
    "adam": optim.Adam,
    "sgd": partial(optim.SGD, momentum=0.9, nesterov=True),
    "lbfgs": partial(optim.LBFGS, max_iter=1, max_eval=25, line_search_fn="strong_wolfe"),
    "adamw": optim.AdamW,
    "nadam": optim.NAdam,
    "radam": optim.RAdam,
    "rmsprop": optim.RMSprop,
    "adagrad": optim.Adagrad,
}
_ACTIVATIONS: dict[str, str | type[Module]] = {"logistic": "sigmoid", "identity": Identity}
#: As many rows as a batch has at most, if the batch size is "auto".
_ROWS_OF_A_BATCH = 200


class NotConverged(UserWarning):
    """A training ended at ``max_iter`` while its loss still fell."""


class Network(Estimator):
    """Arguments, training and outputs of :class:`Classifier` and :class:`Regressor`."""

    hidden_layer_sizes: int | Sequence[int]
    activation: str | Callable[[], Module]
    solver: Solver
    alpha: float
    batch_size: int | str
    learning_rate_init: float | Callable[[int], float]
    max_iter: int
    shuffle: bool
    random_state: RandomState
    tol: float
    verbose: bool
    warm_start: bool
    early_stopping: bool
    validation_fraction: float
    n_iter_no_change: int
    module: MakeModule | None

    module_: Module
    history_: History
    n_features_in_: int
    feature_names_in_: Array
    n_iter_: int

    _optimizer: optim.Optimizer | None = None
    _saved: State | None = None
    _seed: int

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (100,),
        activation: str | Callable[[], Module] = "relu",
        *,
        solver: Solver = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate_init: float | Callable[[int], float] = 0.001,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: RandomState = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        module: MakeModule | None = None,
    ) -> None:
        self._keep(locals())

    # -- what is fitted ---------------------------------------------------------------------------

    @property
    def loss_curve_(self) -> list[float]:
        """The mean loss of each epoch, without the penalty."""
        return self._fitted_history()["loss"]

    @property
    def loss_(self) -> float:
        """The mean loss of the last epoch."""
        return self.loss_curve_[-1]

    @property
    def best_loss_(self) -> float:
        """The least mean loss of an epoch."""
        return min(self.loss_curve_)

    @property
    def validation_scores_(self) -> list[float] | None:
        """With ``early_stopping`` the score of the rows held out, after each epoch."""
        history = self._fitted_history()
        if "val_score" not in history:
            return None
        return history["val_score"]

    @property
    def best_validation_score_(self) -> float | None:
        """The greatest of ``validation_scores_``."""
        scores = self.validation_scores_
        return None if scores is None else max(scores)

    def _fitted_history(self) -> History:
        self._check_fitted()
        return self.history_

    # -- the rows ---------------------------------------------------------------------------------

    def _rows(self, X: Table, fresh: bool) -> tuple[Array, Array | None]:
        """The table as numbers, and the names of its columns, which must be those of the fit."""
        names = names_of(X)
        if fresh:
            return matrix(X, type(self).__name__), names
        self._check_fitted()
        check_names(names, getattr(self, "feature_names_in_", None), type(self).__name__)
        return matrix(X, type(self).__name__, self.n_features_in_), names

    def _outputs(self, X: Table) -> Array:
        rows, _ = self._rows(X, fresh=False)
        return predict(self.module_, rows)

    # -- the training -----------------------------------------------------------------------------

    def _is_new(self, incremental: bool) -> bool:
        """Whether a training begins with a new network."""
        fitted = self.__sklearn_is_fitted__()
        return not fitted or not (incremental or self.warm_start)

    def _train(
        self,
        X: Array,
        target: Array,
        outputs: int,
        loss: LossFunction,
        score: Metric,
        *,
        fresh: bool,
        incremental: bool,
        weight: float = 1.0,
        stratify: Array | None = None,
    ) -> None:
        """Train the network, or a new one, for an epoch or until nothing improves.

        ``weight`` is the mean weight of a row.
        """
        self._check_arguments()
        if fresh:
            self._seed = _seed_of(self.random_state)
            self.n_features_in_ = X.shape[1]
        seed = self._seed + (0 if fresh else self.n_iter_)
        with self._random_numbers(seed):
            model = self._network(X, outputs, seed) if fresh else self.module_
            validation, monitor = None, "loss"
            if self.early_stopping and not incremental:
                count = round(self.validation_fraction * len(X))
                if not 0 < count < len(X):
                    raise ValueError(
                        f"validation_fraction={self.validation_fraction:g} of {len(X)} rows leaves "
                        f"one part empty; use early_stopping=False"
                    )
                X, held_out, target, answers = train_test_split(
                    X, target, test_size=count, rng=seed, stratify=stratify
                )
                validation, monitor = (held_out, answers), "val_score"
            batch = self._rows_of_a_batch(len(X))
            decay = self.alpha / (batch * weight)
            optimizer = self._solver(model, fresh or not incremental)
            stop = EarlyStopping(
                monitor, self.n_iter_no_change, self.tol,
                mode="min" if monitor == "loss" else "max", restore_best=monitor != "loss",
            )  # fmt: skip
            epochs = 1 if incremental else self.max_iter
            history = fit(
                model, (X, target), loss, optimizer, epochs,
                validation=validation, metrics={"score": score} if validation else (),
                callbacks=[] if incremental else [stop],
                penalty=(lambda net: l2_penalty(net, decay, half=True)) if decay else None,
                batch_size=batch, shuffle=self.shuffle, seed=seed, progress=False,
                log=print if self.verbose else None,
            )  # fmt: skip
        # In this mode from now on: several threads may ask at once, and none changes it.
        self.module_ = model.eval()
        if not fresh and incremental:
            self.history_.rows.extend(history.rows)
        else:
            self.history_ = history
        self.n_iter_ = len(self.history_)
        # What partial_fit goes on with; a training that has ended keeps the weights alone.
        self._optimizer, self._saved = (optimizer if incremental else None), None
        if not incremental and history.stopped is None:
            warnings.warn(
                f"{type(self).__name__}: {epochs} epochs (max_iter) have passed and the {monitor} "
                f"still improves; scale the inputs, or raise max_iter",
                of_scikit_learn("ConvergenceWarning", NotConverged),
                stacklevel=4,
            )

    def _keep_names(self, names: Array | None) -> None:
        if names is not None:
            self.feature_names_in_ = names
        else:
            vars(self).pop("feature_names_in_", None)

    def _check_arguments(self) -> None:
        for name, least in (("max_iter", 1), ("n_iter_no_change", 1), ("alpha", 0), ("tol", 0)):
            value = getattr(self, name)
            number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
            if not (number and value >= least):
                raise ValueError(f"{name} must be at least {least}, it is {short(value)}")
        if not 0 < self.validation_fraction < 1:
            raise ValueError(
                f"validation_fraction is between 0 and 1, not {short(self.validation_fraction)}"
            )
        if isinstance(self.solver, str) and self.solver not in SOLVERS:
            raise ValueError(
                f"solver {short(self.solver)} is unknown; use one of {', '.join(SOLVERS)}, or a "
                f"class such as optim.Lion"
            )

    def _rows_of_a_batch(self, rows: int) -> int:
        if self.solver == "lbfgs":
            return rows
        if self.batch_size == "auto":
            return min(_ROWS_OF_A_BATCH, rows)
        size = self.batch_size
        if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
            raise ValueError(f'batch_size is a whole number from 1, or "auto"; not {short(size)}')
        return min(int(size), rows)

    def _network(self, X: Array, outputs: int, seed: int) -> Module:
        if self.module is None:
            sizes = self.hidden_layer_sizes
            sizes = [sizes] if isinstance(sizes, int | np.integer) else list(sizes)
            if any(not isinstance(n, int | np.integer) or n < 1 for n in sizes):
                raise ValueError(f"hidden_layer_sizes must be > 0, got {short(sizes)}.")
            activation = self.activation
            if isinstance(activation, str):
                activation = _ACTIVATIONS.get(activation, activation)
            widths = [*map(int, sizes), outputs]
            return MLP(X.shape[1], widths, activation, dtype=X.dtype, rng=seed)
        wanted = "a function (n_features, n_outputs) that returns a new network"
        if isinstance(self.module, Module) or not callable(self.module):
            raise TypeError(f"module is {wanted}, not {short(self.module)}")
        model = self.module(X.shape[1], outputs)
        if not isinstance(model, Module):
            raise TypeError(f"module is {wanted}; it returned {short(model)}")
        model.astype(X.dtype)
        shape = predict(model, X[:2]).shape
        if shape != (len(X[:2]), outputs):
            raise ValueError(
                f"module: the network turns {X[:2].shape} into {shape}, and "
                f"{(len(X[:2]), outputs)} is needed; end it with n_outputs = {outputs} units"
            )
        return model

    def _solver(self, model: Module, new: bool) -> optim.Optimizer:
        """The optimizer that partial_fit goes on with, or a new one."""
        if not new and self._optimizer is not None:
            return self._optimizer
        make = SOLVERS[self.solver] if isinstance(self.solver, str) else self.solver
        rate = 1.0 if self.solver == "lbfgs" else self.learning_rate_init
        optimizer: optim.Optimizer = make(list(model.parameters()), lr=rate)
        if not new and self._saved is not None:
            optimizer.load_state_dict(self._saved)
        return optimizer

    @contextmanager
    def _random_numbers(self, seed: int) -> Iterator[None]:
        """The default generator from ``seed``, for a network of one's own; afterwards as before."""
        if self.module is None:
            yield
            return
        before = _rng.get_state()
        _rng.set_state(dict(np.random.default_rng(seed).bit_generator.state))
        try:
            yield
        finally:
            _rng.set_state(before)

    def __getstate__(self) -> State:
        # An optimizer is bound to the arrays of its parameters: a copy gets one of its own.
        state = vars(self).copy()
        if self._optimizer is not None:
            state |= {"_optimizer": None, "_saved": self._optimizer.state_dict()}
        return state


def _seed_of(random_state: RandomState) -> int:
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31 - 1))
    try:
        _rng.generator(random_state)
    except TypeError:
        raise TypeError(
            f"random_state is a seed (an integer from 0), a generator of NumPy, or None; not "
            f"{short(random_state)}"
        ) from None
    return _rng.seed_from(random_state)


def r2(y: Array, predicted: Array, weights: Array | None = None) -> float:
    """R² of each output, their mean; of an output that is constant 1 if it is met, else 0."""
    y, predicted = y.reshape(len(y), -1), predicted.reshape(len(y), -1)
    each = np.ones(len(y)) if weights is None else weights
    missed = each @ (y - predicted) ** 2
    spread = each @ (y - np.average(y, axis=0, weights=each)) ** 2
    with np.errstate(all="ignore"):
        scores = np.where(spread > 0, 1 - missed / spread, missed == 0)
    return float(scores.mean())
