package io.geolocsft.judge;

import io.geolocsft.failure.ConfigException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a column of a file of truths or predictions tells, and the names that such columns usually
 * have. Case, underscores, hyphens and spaces in a name do not matter; of several usual names that
 * a file has, the first in the list is taken.
 */
public enum InputColumn {
  IMAGE(
      List.of(
          "image_id",
          "img_id",
          "image",
          "img",
          "image_name",
          "image_file",
          "img_file",
          "image_path",
          "img_path",
          "file_name",
          "file",
          "file_path",
          "path",
          "photo_id",
          "name",
          "id",
          "key")),
  LATITUDE(
      List.of("latitude", "lat"),
      List.of("true", "truth", "gt", "ground_truth", "target"),
      List.of("pred", "predicted", "prediction", "answer")),
  LONGITUDE(
      List.of("longitude", "lon", "lng", "long"),
      List.of("true", "truth", "gt", "ground_truth", "target"),
      List.of("pred", "predicted", "prediction", "answer")),
  /** Who took the image: an interval's resampling keeps an author's images together. */
  AUTHOR(List.of("author", "creator_id", "user_id", "owner", "photographer")),
  /** A text with coordinates somewhere in it. */
  ANSWER(
      List.of(
          "answer",
          "prediction",
          "predicted",
          "pred",
          "output",
          "response",
          "text",
          "generated_text",
          "completion",
          "generation")),
  /** How an answer was read, as the table {@code predictions} has it. */
  STATUS(List.of("parse_status")),
  MODEL(List.of("model")),
  /** Of a file that holds images of several; in the table {@code binned} of a run it is a split. */
  BENCHMARK(List.of("benchmark")) {
    @Override
    Stream<String> usual(InputRole role) {
      return role == InputRole.TRUTH ? Stream.of("benchmark", "split") : Stream.of("benchmark");
    }
  };

  private final List<String> names;
  private final List<String> ofTruth;
  private final List<String> ofPredictions;

  InputColumn(List<String> names) {
    this(names, List.of(), List.of());
  }

  /**
   * @param ofTruth words before or behind a name that make it the truth's
   * @param ofPredictions the same for predictions
   */
  InputColumn(List<String> names, List<String> ofTruth, List<String> ofPredictions) {
    this.names = names;
    this.ofTruth = ofTruth;
    this.ofPredictions = ofPredictions;
  }

  /** As the options call it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The column among some that has one of the usual names. */
  Optional<String> among(List<String> columns, InputRole role) {
    List<String> plain = columns.stream().map(InputColumn::plain).toList();
    return usual(role)
        .map(name -> plain.indexOf(plain(name)))
        .filter(index -> index >= 0)
        .map(columns::get)
        .findFirst();
  }

  /** In the order in which they are looked for. */
  Stream<String> usual(InputRole role) {
    List<String> words = role == InputRole.TRUTH ? ofTruth : ofPredictions;
    Stream<String> own =
        words.stream()
            .flatMap(word -> names.stream().flatMap(name -> Stream.of(word + name, name + word)));
    return Stream.concat(own, names.stream());
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[_\\-. ]", "");
  }

  /**
   * Reads the value of an option, {@code image=IMG,latitude=LAT}.
   *
   * @throws ConfigException if it is none
   */
  public static Map<InputColumn, String> parse(InputRole role, List<String> pairs) {
    Map<InputColumn, String> columns = new EnumMap<>(InputColumn.class);
    for (String pair : pairs) {
      int cut = pair.indexOf('=');
      Optional<InputColumn> column =
          Arrays.stream(values())
              .filter(each -> role.columns().contains(each))
              .filter(each -> cut > 0 && each.key().equals(pair.substring(0, cut).strip()))
              .findFirst();
      if (column.isEmpty() || cut == pair.length() - 1) {
        throw new ConfigException(
            "%s: '%s' is not of the form KEY=COLUMN; allowed keys: %s"
                .formatted(
                    role.columnsOption(),
                    pair,
                    role.columns().stream()
                        .map(InputColumn::key)
                        .collect(Collectors.joining(", "))));
      }
      columns.put(column.get(), pair.substring(cut + 1));
    }
    return columns;
  }
}
