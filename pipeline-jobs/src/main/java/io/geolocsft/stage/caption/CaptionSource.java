package io.geolocsft.stage.caption;

import io.geolocsft.table.Tables;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Where captions come from. */
interface CaptionSource {

  /** A row of the ledger without the image and the run. */
  StructType PAID =
      new StructType(
          Arrays.stream(Tables.CAPTION_LEDGER.struct().fields())
              .filter(field -> !List.of("run_id", "run_name", "image_id").contains(field.name()))
              .toArray(StructField[]::new));

  /** One image: its caption, or why it has none; and what was paid for it. */
  StructType OUTCOME =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("uri", DataTypes.StringType)
          .add("caption", DataTypes.StringType)
          .add("source", DataTypes.StringType)
          .add("kind", DataTypes.StringType)
          .add("message", DataTypes.StringType)
          .add("paid", DataTypes.createArrayType(PAID, false));

  /**
   * Finds the captions.
   *
   * @param images as {@link CaptionImage#COLUMNS}
   * @return rows of {@link #OUTCOME}, not computed yet
   */
  Dataset<Row> outcomes(Dataset<Row> images) throws IOException;
}
