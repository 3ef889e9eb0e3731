"""What scikit-learn asks of every estimator: its parameters, its tags, its errors."""

from __future__ import annotations

import inspect
import sys
from copy import deepcopy
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from autograd.calculus import short
from autograd.typing import State
from optim.base import answer_keywords

if TYPE_CHECKING:
    from sklearn.utils import Tags
    from sklearn.utils.metadata_routing import MetadataRequest

#: Arguments of MLPClassifier that are none here, and what to do.
_OF_THE_OPTIMIZER = "give the optimizer, solver=functools.partial(optim.{}, {}=...)"
_ADVICE = {
    "loss": "MSELoss and CrossEntropyLoss are what these estimators minimise",
    "learning_rate": "learning_rate_init takes a schedule as well",
    "power_t": "learning_rate_init takes a schedule as well",
    "max_fun": "an iteration of lbfgs makes at most 25 evaluations",
    "momentum": _OF_THE_OPTIMIZER.format("SGD", "momentum"),
    "nesterovs_momentum": _OF_THE_OPTIMIZER.format("SGD", "nesterov"),
    "beta_1": _OF_THE_OPTIMIZER.format("Adam", "betas"),
    "beta_2": _OF_THE_OPTIMIZER.format("Adam", "betas"),
    "epsilon": _OF_THE_OPTIMIZER.format("Adam", "eps"),
}
#: Names that other libraries use for the same.
_OTHER_NAMES = {
    "hidden": ("hidden_layer_sizes",),
    "sizes": ("hidden_layer_sizes",),
    "lr": ("learning_rate_init",),
    "epochs": ("max_iter",),
    "max_epochs": ("max_iter",),
    "optimizer": ("solver",),
    "weight_decay": ("alpha",),
    "seed": ("random_state",),
    "rng": ("random_state",),
    "patience": ("n_iter_no_change",),
}


Fault = TypeVar("Fault", bound=Exception)


class NotFitted(ValueError, AttributeError):
    """An estimator was asked before it was fitted."""


def of_scikit_learn(name: str, ours: type[Fault]) -> type[Fault]:
    """The exception of that name, where a program has loaded scikit-learn; otherwise ours."""
    theirs: type[Fault] = getattr(sys.modules.get("sklearn.exceptions"), name, ours)
    return theirs


class Estimator:
    """An object whose constructor keeps its arguments, by name, and does nothing else."""

    _estimator_type: ClassVar[str]
    _metadata_request: MetadataRequest

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls):
            answer_keywords(cls, _OTHER_NAMES, _ADVICE)

    @classmethod
    def _defaults(cls) -> dict[str, object]:
        return {p.name: p.default for p in inspect.signature(cls).parameters.values()}

    def _keep(self, arguments: dict[str, object]) -> None:
        vars(self).update({name: arguments[name] for name in self._defaults()})

    def get_params(self, deep: bool = True) -> State:
        """The arguments of the constructor by name.

        With ``deep`` also those of an argument that has arguments, as ``name__argument``.
        """
        parameters = {name: getattr(self, name) for name in self._defaults()}
        for name, value in tuple(parameters.items()) if deep else ():
            if hasattr(value, "get_params") and not isinstance(value, type):
                parameters |= {f"{name}__{k}": v for k, v in value.get_params().items()}
        return parameters

    def set_params(self, **params: object) -> Self:
        """Replace arguments of the constructor, given by name; returns the estimator."""
        known = self._defaults()
        for name, value in params.items():
            own, _, inner = name.partition("__")
            if own not in known:
                raise ValueError(
                    f"Invalid parameter {short(name)} for estimator {type(self).__name__}; "
                    f"valid parameters are {', '.join(known)}"
                )
            if inner:
                getattr(self, own).set_params(**{inner: value})
            else:
                setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        changed = [
            f"{name}={value!r}"
            for name, value in self.get_params(deep=False).items()
            if repr(value) != repr(self._defaults()[name])
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "module_")

    def _check_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise of_scikit_learn("NotFittedError", NotFitted)(
                f"This {type(self).__name__} instance is not fitted yet; call fit(X, y) first"
            )

    def __sklearn_tags__(self) -> Tags:
        from sklearn.utils import ClassifierTags, RegressorTags, Tags, TargetTags

        classifies = self._estimator_type == "classifier"
        return Tags(
            estimator_type=self._estimator_type,
            target_tags=TargetTags(required=True, multi_output=not classifies),
            classifier_tags=ClassifierTags() if classifies else None,
            regressor_tags=None if classifies else RegressorTags(),
        )

    # -- metadata routing: what a pipeline or a search passes on ----------------------------------

    def get_metadata_routing(self) -> MetadataRequest:
        """Which methods ask for ``sample_weight``, as scikit-learn's routing of metadata wants."""
        from sklearn.utils.metadata_routing import MetadataRequest

        if "_metadata_request" in vars(self):
            return deepcopy(self._metadata_request)
        requests = MetadataRequest(owner=type(self).__name__)
        for method in ("fit", "partial_fit", "score"):
            getattr(requests, method).add_request(param="sample_weight", alias=None)
        return requests

    def _asks(self, method: str, sample_weight: bool | str | None) -> Self:
        requests = self.get_metadata_routing()
        getattr(requests, method).add_request(param="sample_weight", alias=sample_weight)
        self._metadata_request = requests
        return self

    def set_fit_request(self, *, sample_weight: bool | str | None = None) -> Self:
        """Ask for ``sample_weight`` in ``fit`` (True), by a name of its own, or not (False)."""
        return self._asks("fit", sample_weight)

    def set_partial_fit_request(self, *, sample_weight: bool | str | None = None) -> Self:
        """Ask for ``sample_weight`` in ``partial_fit``, as ``set_fit_request`` does."""
        return self._asks("partial_fit", sample_weight)

    def set_score_request(self, *, sample_weight: bool | str | None = None) -> Self:
        """Ask for ``sample_weight`` in ``score``, as ``set_fit_request`` does."""
        return self._asks("score", sample_weight)
