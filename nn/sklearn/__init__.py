"""Networks with scikit-learn's habits: ``Classifier`` and ``Regressor``.

They need no scikit-learn, and with it they work in a ``Pipeline``, ``GridSearchCV``,
``cross_val_score`` and all that takes an estimator of release 1.6 or later.
"""

from nn.sklearn.classifier import Classifier
from nn.sklearn.regressor import Regressor

__all__ = ["Classifier", "Regressor"]


def __dir__() -> list[str]:
    return sorted(__all__)
