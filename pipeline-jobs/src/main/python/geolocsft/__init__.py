"""GeoLocSFT's Spark ML stages for PySpark 4.1.

They are those of the Java package ``io.geolocsft.ml``: Spark needs the shaded jar, and PyTorch's native library to
fine-tune. Of the jar this module is a part, so that ``--py-files`` does instead of an installation::

    spark-submit --jars geolocsft-spark.jar,pytorch-native-cpu.jar --py-files geolocsft-spark.jar \\
        --conf spark.sql.extensions=io.geolocsft.sql.GeoExtensions choose.py

    chosen = Pipeline(stages=[CellIndexer(maxImages=2000), GeoSampler(count=2700)]).fit(images).transform(images)

Params have the names, defaults and allowed values of the configuration file, in camel case; ``explainParams()`` tells
them. With the extensions, SQL functions such as ``s2_cell_id`` are there for ``expr`` and ``spark.sql``.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Sequence
from typing import Any

from pyspark import keyword_only
from pyspark.ml.evaluation import JavaEvaluator
from pyspark.ml.param import TypeConverters
from pyspark.ml.util import JavaMLReadable, JavaMLReader, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaParams

__all__ = [
    "CellIndexer", "CellIndexerModel", "GemmaGrpo", "GemmaSft", "GemmaSftModel", "GeoSampler", "GeoSamplerModel",
    "GeolocationEvaluator",
]

_PACKAGE = "io.geolocsft.ml"

_CONVERTERS = {
    "BooleanParam": TypeConverters.toBoolean,
    "DoubleParam": TypeConverters.toFloat,
    "IntParam": TypeConverters.toInt,
    "LongParam": TypeConverters.toInt,
    "StringArrayParam": TypeConverters.toListString,
}


class _Reader(JavaMLReader):
    @classmethod
    def _java_loader_class(cls, clazz: type) -> str:
        return f"{_PACKAGE}.{clazz.__name__}"


class _Stage(JavaParams, JavaMLReadable, JavaMLWritable):
    """A stage of which a Java object knows params and their defaults."""

    def _begin(self, params: dict[str, Any]) -> None:
        self._java_obj = self._new_java_obj(f"{_PACKAGE}.{type(self).__name__}", self.uid)
        self._take_params()
        self.setParams(**params)

    def _take_params(self) -> None:
        self._create_params_from_java()
        for param in self.params:
            java_class = self._java_obj.getParam(param.name).getClass().getSimpleName()
            param.typeConverter = _CONVERTERS.get(java_class, TypeConverters.toString)
        self._transfer_params_from_java()

    def setParams(self, **params: Any) -> _Stage:
        """Sets params by their names; None leaves one as it is."""
        self._set(**{name: value for name, value in params.items() if value is not None})
        return self

    @classmethod
    def read(cls) -> JavaMLReader:
        """A reader of what ``write`` wrote."""
        return _Reader(cls)


class _Model(_Stage, JavaModel):
    def __init__(self, java_model: Any = None) -> None:
        super().__init__(java_model)
        if java_model is not None:
            self._take_params()


class CellIndexerModel(_Model):
    """Adds to each row the cell of an adaptive partition in which it lies; null outside of them."""


class CellIndexer(_Stage, JavaEstimator):
    """Cuts Earth into cells that are split where they hold more rows than ``maxImages``.

    ``cellSystem`` is ``s2`` or ``h3``; a leaf with fewer rows than ``minImages`` is dropped.
    """

    @keyword_only
    def __init__(
        self, *, latitudeCol: str | None = None, longitudeCol: str | None = None, outputCol: str | None = None,
        cellSystem: str | None = None, minLevel: int | None = None, maxLevel: int | None = None,
        minImages: int | None = None, maxImages: int | None = None,
    ) -> None:
        super().__init__()
        self._begin(self._input_kwargs)

    def _create_model(self, java_model: Any) -> CellIndexerModel:
        return CellIndexerModel(java_model)


class GeoSamplerModel(_Model):
    """Keeps the rows that were chosen and adds their rank."""


class GeoSampler(_Stage, JavaEstimator):
    """Chooses exactly ``count`` rows, spread over cells: by ``geo_aware``, ``square_root``, ``uniform`` or
    ``population``."""

    @keyword_only
    def __init__(
        self, *, idCol: str | None = None, latitudeCol: str | None = None, longitudeCol: str | None = None,
        cellCol: str | None = None, stratumCol: str | None = None, qualityCol: str | None = None,
        count: int | None = None, strategy: str | None = None, alpha: float | None = None,
        bestOf: int | None = None, minDistanceKm: float | None = None, seed: int | None = None,
        keepAll: bool | None = None,
    ) -> None:
        super().__init__()
        self._begin(self._input_kwargs)

    def _create_model(self, java_model: Any) -> GeoSamplerModel:
        return GeoSamplerModel(java_model)


class GemmaSftModel(_Model):
    """A fine-tuned Gemma 3 that says where images were taken.

    It adds ``answers`` (text, latitude, longitude, log-probability and parse status of each candidate),
    ``answer_latitude``, ``answer_longitude`` and ``answer_error``. ``setParams(prompt=...)`` says what to ask; others
    are ``candidates``, ``temperature``, ``topK``, ``topP``, ``answerBatchSize``, ``maxNewTokens``, ``constrained``.
    """


class GemmaSft(_Stage, JavaEstimator):
    """Fine-tunes the Gemma 3 in the folder ``path`` on images with a prompt and a target text each.

    The rows have the columns ``image_id``, ``uri``, ``sha256``, ``prompt`` and ``target_text``. With ``workFolder`` a
    run that was killed goes on from its newest checkpoint.
    """

    @keyword_only
    def __init__(
        self, *, idCol: str | None = None, uriCol: str | None = None, path: str | None = None,
        weights: str | None = None, device: str | None = None, dtype: str | None = None, layout: str | None = None,
        panAndScan: bool | None = None, target: str | None = None, decimals: int | None = None,
        seed: int | None = None, adapter: str | None = None, rank: int | None = None, alpha: float | None = None,
        rankStabilized: bool | None = None, targetModules: Sequence[str] | None = None,
        dropout: float | None = None, learningRate: float | None = None, schedule: str | None = None,
        warmupSteps: int | None = None, epochs: int | None = None, batchSize: int | None = None,
        microBatchSize: int | None = None, gradientCheckpointing: bool | None = None, ranks: int | None = None,
        ringTimeoutSeconds: int | None = None, unencryptedRing: bool | None = None,
        gradientDtype: str | None = None, maxGradientNorm: float | None = None, weightDecay: float | None = None,
        beta1: float | None = None, beta2: float | None = None, epsilon: float | None = None,
        validationShare: float | None = None, validationSteps: int | None = None, patience: int | None = None,
        keepBest: bool | None = None, checkpointSteps: int | None = None, keepCheckpoints: int | None = None,
        workFolder: str | None = None, featureFolder: str | None = None, runId: str | None = None,
    ) -> None:
        super().__init__()
        self._begin(self._input_kwargs)

    def _create_model(self, java_model: Any) -> GemmaSftModel:
        return GemmaSftModel(java_model)


class GemmaGrpo(_Stage, JavaEstimator):
    """Trains the adapter in ``adapterFolder`` on by what its own answers are worth (GRPO).

    The rows have the columns that ``GemmaSft`` asks for, and ``latitude`` and ``longitude``. ``rewards`` are names or
    YAML: ``["geoscore", "{kind: country, weight: 0.2}"]``. ``GemmaSft`` with a ``workFolder`` has its adapter in
    ``result`` there.
    """

    @keyword_only
    def __init__(
        self, *, idCol: str | None = None, uriCol: str | None = None, path: str | None = None,
        weights: str | None = None, device: str | None = None, dtype: str | None = None, layout: str | None = None,
        panAndScan: bool | None = None, target: str | None = None, decimals: int | None = None,
        seed: int | None = None, adapterFolder: str | None = None, objective: str | None = None,
        rewards: Sequence[str] | None = None, answers: int | None = None, scaleRewards: str | None = None,
        temperature: float | None = None, maxNewTokens: int | None = None, constrained: bool | None = None,
        maskTruncated: bool | None = None, targetWeight: float | None = None, iterations: int | None = None,
        epsilon: float | None = None, epsilonHigh: float | None = None, beta: float | None = None,
        unbiasedKl: bool | None = None, learningRate: float | None = None, schedule: str | None = None,
        warmupSteps: int | None = None, epochs: int | None = None, batchSize: int | None = None,
        microBatchSize: int | None = None, rolloutBatchSize: int | None = None,
        gradientCheckpointing: bool | None = None, ranks: int | None = None, ringTimeoutSeconds: int | None = None,
        unencryptedRing: bool | None = None, gradientDtype: str | None = None, maxGradientNorm: float | None = None,
        weightDecay: float | None = None, beta1: float | None = None, beta2: float | None = None,
        validationShare: float | None = None, validationSteps: int | None = None, patience: int | None = None,
        keepBest: bool | None = None, checkpointSteps: int | None = None, keepCheckpoints: int | None = None,
        workFolder: str | None = None, featureFolder: str | None = None, runId: str | None = None,
    ) -> None:
        super().__init__()
        self._begin(self._input_kwargs)

    def _create_model(self, java_model: Any) -> GemmaSftModel:
        return GemmaSftModel(java_model)


class GeolocationEvaluator(_Stage, JavaEvaluator):
    """Measures answers by one of the field's conventions: ``accuracy`` within ``thresholdKm``, or another metric."""

    @keyword_only
    def __init__(
        self, *, latitudeCol: str | None = None, longitudeCol: str | None = None,
        truthLatitudeCol: str | None = None, truthLongitudeCol: str | None = None, metricName: str | None = None,
        thresholdKm: float | None = None, convention: str | None = None,
    ) -> None:
        super().__init__()
        self._begin(self._input_kwargs)


def _find_by_java_names() -> None:
    """PySpark looks the stages of a pipeline that it loads up by the names of their Java classes."""
    parent = types.ModuleType(_PACKAGE.rpartition(".")[0])
    sys.modules.setdefault(parent.__name__, parent)
    sys.modules.setdefault(_PACKAGE, sys.modules[__name__])


_find_by_java_names()
