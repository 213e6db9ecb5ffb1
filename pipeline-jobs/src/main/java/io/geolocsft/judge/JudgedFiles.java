package io.geolocsft.judge;

import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Figure;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What came of judging.
 *
 * @param benchmark its name
 * @param truthColumns that were read of the truth, in words
 * @param images how many there are
 * @param without how many more rows of the truth have no coordinates
 * @param byAuthor whether intervals keep an author's images together
 * @param files in their order
 * @param conventions in their order
 * @param figures by convention, model and metric
 * @param predictions rows of the table {@code predictions}
 */
public record JudgedFiles(
    String benchmark,
    String truthColumns,
    long images,
    long without,
    boolean byAuthor,
    List<JudgedFile> files,
    List<Convention> conventions,
    List<Figure> figures,
    Dataset<Row> predictions) {

  /** All models, in the order of the files. */
  public List<String> models() {
    return files.stream().flatMap(file -> file.models().stream()).toList();
  }
}
