"""The Python module geolocsft in PySpark, from the shaded jar alone, on the tables of a run.

    python check_pyspark.py JAR NATIVES OUTPUT MODEL

JAR is geolocsft-spark.jar, of which the module is a part, NATIVES the jar with PyTorch's library, OUTPUT a finished
run of the quickstart, MODEL its base model.
"""

import inspect
import sys
import tempfile
from pathlib import Path

from pyspark.ml import Pipeline, PipelineModel
from pyspark.sql import SparkSession
from pyspark.sql.functions import expr, lit


def params(stage) -> set[str]:
    return {param.name for param in stage.params}


def check_params(module) -> None:
    """The keywords of the constructors are the params of the Java stages."""
    for stage in (module.CellIndexer, module.GeoSampler, module.GemmaSft, module.GemmaGrpo, module.GeolocationEvaluator):
        keywords = set(inspect.signature(stage.__init__).parameters) - {"self"}
        assert keywords == params(stage()), (stage, keywords ^ params(stage()))
        assert stage.__doc__


def check_selection(module, images, folder: str) -> None:
    pipeline = Pipeline(stages=[
        module.CellIndexer(minLevel=2, maxLevel=8, minImages=1, maxImages=30, outputCol="leaf"),
        module.GeoSampler(count=200, cellCol="leaf", alpha=1, seed=3)])
    model = pipeline.fit(images)
    chosen = sorted(row.image_id for row in model.transform(images).select("image_id").collect())
    assert len(set(chosen)) == 200
    assert model.stages[0].getOrDefault("maxImages") == 30 and model.stages[0].getOrDefault("cellSystem") == "s2"
    model.save(f"{folder}/model")
    pipeline.save(f"{folder}/pipeline")
    loaded = PipelineModel.load(f"{folder}/model")
    assert isinstance(loaded.stages[1], module.GeoSamplerModel)
    assert sorted(row.image_id for row in loaded.transform(images).select("image_id").collect()) == chosen
    again = Pipeline.load(f"{folder}/pipeline").fit(images)
    assert sorted(row.image_id for row in again.transform(images).select("image_id").collect()) == chosen
    other = pipeline.getStages()[1].copy({pipeline.getStages()[1].count: 100})
    assert Pipeline(stages=[pipeline.getStages()[0], other]).fit(images).transform(images).count() == 100
    try:
        module.GeoSampler(count=0, cellCol="leaf").fit(model.stages[0].transform(images))
    except Exception as refused:
        assert "count" in str(refused), refused
    else:
        raise AssertionError("a count of 0 was taken")


def check_tuning(module, spark, output: str, base: str, folder: str) -> None:
    examples = spark.read.parquet(f"{output}/tables/examples").orderBy("image_id").limit(32)
    tuning = module.GemmaSft(
        path=base, dtype="float32", device="cpu", epochs=1, batchSize=16, microBatchSize=16, rank=4,
        targetModules=["q_proj", "v_proj"], warmupSteps=0, workFolder=f"{folder}/work")
    prompt = examples.first().prompt
    tuning.fit(examples)
    rewarding = module.GemmaGrpo(
        path=base, dtype="float32", device="cpu", epochs=1, batchSize=16, microBatchSize=16, answers=2,
        adapterFolder=f"{folder}/work/result", rewards=["geoscore", "{kind: form, weight: 0.1}"])
    model = rewarding.fit(examples).setParams(prompt=prompt, maxNewTokens=48)
    model.save(f"{folder}/tuned")
    model = module.GemmaSftModel.load(f"{folder}/tuned")
    assert model.getOrDefault("prompt") == prompt
    answers = model.transform(examples).cache()
    assert answers.where("size(answers) = 1 AND answer_error IS NULL").count() == 32
    within = module.GeolocationEvaluator(thresholdKm=20038, metricName="accuracy")
    assert within.evaluate(answers.where("answer_latitude IS NOT NULL")) == 1.0
    assert within.isLargerBetter()
    error = module.GeolocationEvaluator().setParams(metricName="median_error_km")
    truth = answers.withColumn("answer_latitude", expr("latitude")).withColumn("answer_longitude", expr("longitude"))
    assert error.evaluate(truth) == 0.0 and not error.isLargerBetter()


def main(jar: str, natives: str, output: str, base: str) -> None:
    sys.path.insert(0, jar)
    with tempfile.TemporaryDirectory() as folder:
        spark = (
            SparkSession.builder.master("local[2]").config("spark.jars", f"{jar},{natives}")
            .config("spark.sql.extensions", "io.geolocsft.sql.GeoExtensions").config("spark.ui.enabled", "false")
            .config("spark.driver.memory", "2g").config("spark.sql.warehouse.dir", folder).getOrCreate())
        try:
            import geolocsft

            assert geolocsft.__file__.startswith(jar), geolocsft.__file__
            token = spark.range(1).select(expr("s2_token(s2_cell_id(48.8584, 2.2945, 10))")).first()[0]
            assert token == "47e66f", token
            images = spark.read.parquet(f"{output}/tables/binned").where("split = 'train'").withColumn("set", lit("x"))
            check_params(geolocsft)
            check_selection(geolocsft, images, folder)
            check_tuning(geolocsft, spark, output, base, folder)
        finally:
            spark.stop()
    print("PySpark's pipelines choose, tune, answer, measure, and are the same when loaded")


if __name__ == "__main__":
    main(*(str(Path(argument).resolve()) for argument in sys.argv[1:]))
