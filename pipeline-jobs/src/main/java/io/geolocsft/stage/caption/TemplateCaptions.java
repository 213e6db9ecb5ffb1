package io.geolocsft.stage.caption;

import io.geolocsft.config.ExampleSettings;
import io.geolocsft.prompt.TargetTemplate;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/** What the catalogue knows of each place, in the form of {@code examples.target}. */
record TemplateCaptions(ExampleSettings texts) implements CaptionSource, MapFunction<Row, Row> {

  @Override
  public Dataset<Row> outcomes(Dataset<Row> images) {
    return images.map(this, Encoders.row(OUTCOME));
  }

  @Override
  public Row call(Row row) {
    CaptionImage image = CaptionImage.of(row);
    TargetTemplate template = texts.template();
    return image.captioned(template.target(image.facts()), "template:" + texts.target(), List.of());
  }
}
