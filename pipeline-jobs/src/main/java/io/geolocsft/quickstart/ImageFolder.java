package io.geolocsft.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A folder of images with a table of what is known about them: {@code catalogue.csv} with a header,
 * and {@code images/000/000000.jpg} and so on, a thousand to a sub-folder.
 */
final class ImageFolder {

  static final String TABLE = "catalogue.csv";
  static final String IMAGES = "images";
  private static final int FILES_PER_FOLDER = 1000;

  private final Path folder;
  private final DownwardCamera camera;

  ImageFolder(Path folder, DownwardCamera camera) {
    this.folder = folder;
    this.camera = camera;
  }

  void write(List<Photograph> photographs) throws IOException {
    int folders = (photographs.size() + FILES_PER_FOLDER - 1) / FILES_PER_FOLDER;
    try {
      IntStream.range(0, folders).parallel().forEach(number -> writeImages(photographs, number));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    // Last, so that whoever reads the table finds its images.
    Files.write(folder.resolve(TABLE), table(photographs));
  }

  private void writeImages(List<Photograph> photographs, int number) {
    Darkroom darkroom = new Darkroom(camera);
    int end = Math.min(photographs.size(), (number + 1) * FILES_PER_FOLDER);
    try {
      Files.createDirectories(folder.resolve(IMAGES).resolve(folderName(number)));
      for (int i = number * FILES_PER_FOLDER; i < end; i++) {
        Path file = folder.resolve(IMAGES).resolve(fileName(i));
        Files.write(file, darkroom.develop(photographs.get(i).view()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> table(List<Photograph> photographs) {
    return IntStream.rangeClosed(0, photographs.size())
        .mapToObj(
            i ->
                i == 0
                    ? "file,lat,lon,taken_at,sequence,photographer"
                    : line(fileName(i - 1), photographs.get(i - 1)))
        .collect(Collectors.toList());
  }

  private static String line(String file, Photograph photograph) {
    return String.format(
        Locale.ROOT,
        "%s,%.5f,%.5f,%s,%s,%s",
        file,
        photograph.latitude(),
        photograph.longitude(),
        photograph.takenAt() == null ? "" : photograph.takenAt(),
        photograph.sequence(),
        photograph.photographer());
  }

  private static String folderName(int number) {
    return String.format(Locale.ROOT, "%03d", number);
  }

  private static String fileName(int index) {
    return String.format(Locale.ROOT, "%s/%06d.jpg", folderName(index / FILES_PER_FOLDER), index);
  }
}
