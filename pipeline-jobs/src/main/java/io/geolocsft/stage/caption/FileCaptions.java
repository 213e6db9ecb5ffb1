package io.geolocsft.stage.caption;

import io.geolocsft.caption.CaptionFile;
import io.geolocsft.caption.CaptionIndex;
import io.geolocsft.caption.CaptionReader;
import io.geolocsft.caption.CaptionSchema;
import io.geolocsft.config.endpoint.CaptionSettings;
import io.geolocsft.failure.DataException;
import io.geolocsft.files.Locations;
import io.geolocsft.json.UnusableFileException;
import io.geolocsft.stage.ExampleTexts;
import io.geolocsft.stage.StageContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Captions that are there. What others wrote is held to the form of an answer alone, not to the
 * schema by which a server is asked.
 */
record FileCaptions(StageContext context, CaptionSettings settings, ExampleTexts texts)
    implements CaptionSource {

  @Override
  public Dataset<Row> outcomes(Dataset<Row> images) throws IOException {
    List<CaptionImage> wanted = new ArrayList<>();
    for (Iterator<Row> rows = images.toLocalIterator(); rows.hasNext(); ) {
      wanted.add(CaptionImage.of(rows.next()));
    }
    CaptionIndex captions = new CaptionIndex(wanted.stream().map(CaptionImage::imageId).toList());
    for (String file : settings.files()) {
      read(file, captions);
    }
    if (captions.unknown() > 0) {
      context.tell(
          String.format(
              Locale.ROOT,
              "caption: %d captions in the files are of images that are not selected",
              captions.unknown()));
    }
    return context.spark().createDataset(judged(wanted, captions), Encoders.row(OUTCOME));
  }

  private void read(String file, CaptionIndex captions) throws IOException {
    Configuration hadoop = context.spark().sessionState().newHadoopConf();
    Path path = Locations.path(file);
    try (InputStream in = Locations.open(path.getFileSystem(hadoop), path)) {
      CaptionFile.read(in, file, captions);
    } catch (UnusableFileException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  private List<Row> judged(List<CaptionImage> wanted, CaptionIndex captions) throws IOException {
    CaptionReader reader =
        new CaptionReader(
            CaptionSchema.of(texts.settings().template().schema()),
            settings.maxDistanceKm(),
            !settings.rejectLeaks());
    try (ExampleTexts.Opened tokens = texts.open()) {
      CaptionTexts judge = new CaptionTexts(reader, tokens, texts.settings());
      return wanted.stream().map(image -> outcome(image, captions, judge)).toList();
    }
  }

  private static Row outcome(CaptionImage image, CaptionIndex captions, CaptionTexts judge) {
    String text = captions.text(image.imageId()).orElse(null);
    if (text == null) {
      return image.failed("no_caption", "no file of caption.files has one", List.of());
    }
    CaptionTexts.Judged judged = judge.judge(text, image);
    return judged.isAccepted()
        ? image.captioned(judged.training(), CaptionSettings.FILES, List.of())
        : image.failed(judged.ruling().word(), judged.detail(), List.of());
  }
}
