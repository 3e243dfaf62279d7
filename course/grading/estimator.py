"""A student's network class as scikit-learn's own tools can use it: a real estimator here, whose work is done over there.

``check_estimator``, ``cross_val_score`` and ``GridSearchCV`` run in the grader's process, where student code cannot change
them. They clone estimators, look at the constructor's arguments and at ``vars(estimator)``. So the estimator made here has
the bases and the constructor that the student's class has, and holds a copy of each attribute of the student's object.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sklearn.base import BaseEstimator, ClassifierMixin

_BASES = {base.__name__: base for base in (ClassifierMixin, BaseEstimator)}
_METHODS = ("fit", "predict", "predict_proba", "decision_function", "score")


@dataclass
class _There:
    """The student's object behind an estimator, and its attributes as they were sent last."""

    standin: Any
    attributes: dict[str, Any] = field(default_factory=dict)


_there: WeakKeyDictionary[Any, _There] = (
    WeakKeyDictionary()
)  # not in the estimators: scikit-learn looks at their attributes


def make_estimator(standin: Any) -> type:
    """Return a class that behaves as the student's class does, for scikit-learn's tools.

    Parameters
    ----------
    standin : :class:`course.grading.session.CallableStandIn` of a class

    Raises
    ------
    course.grading.session.KernelDied : from any use of the class, if the student's kernel ended
    """
    namespace = {"__init__": _make_constructor(standin), "set_params": _set_params}
    namespace |= {name: _make_method(name, getattr(standin, name)) for name in _METHODS if hasattr(standin, name)}
    bases = tuple(_BASES[name] for name in standin.bases if name in _BASES)
    return type(standin.__name__, bases, namespace)


def _make_constructor(standin: Any):
    def __init__(self, *args, **kwargs):
        given = inspect.signature(standin).bind(*args, **kwargs)
        given.apply_defaults()
        _there[self] = _There(standin(**given.arguments))
        _copy_attributes(self, given.arguments)

    __init__.__signature__ = _with_self(inspect.signature(standin))
    return __init__


def _with_self(signature: inspect.Signature) -> inspect.Signature:
    me = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return signature.replace(parameters=[me, *signature.parameters.values()])


def _make_method(name: str, function: Any):
    def method(self, *args, **kwargs):
        there = _there[self].standin
        try:
            result = getattr(there, name)(*args, **kwargs)
        finally:
            _copy_attributes(self)
        return self if result is there else result

    method.__name__ = name
    with contextlib.suppress(ValueError, TypeError):
        method.__signature__ = inspect.signature(function)
    return method


def _set_params(self, **params):
    result = _there[self].standin.set_params(**params)
    _copy_attributes(self, params)
    return self if result is _there[self].standin else result


def _copy_attributes(estimator: Any, given: Mapping[str, Any] | None = None) -> None:
    """Give the estimator the attributes of the student's object.

    What has not changed stays the very object that it was. What was given a moment ago, and is held there as the very
    object that came, is here the one that was given: scikit-learn looks for that.
    """
    there = _there[estimator]
    now, kept = there.standin._session.look_inside(there.standin)
    for name in there.attributes.keys() - now.keys():
        estimator.__dict__.pop(name, None)
    for name, encoded in now.items():
        if given and name in given and name in kept:
            estimator.__dict__[name] = given[name]
        elif encoded != there.attributes.get(name):
            estimator.__dict__[name] = there.standin._session.decode(encoded)
    there.attributes = now
