package io.geolocsft;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.summingLong;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The house as its sources show it: byte code holds copies of constants, and no lines. */
class TestSources {

  private static final String STAGES = "io.geolocsft.stage.";
  private static final int MOST_FILES = 30;
  private static final int MOST_LINES = 2_500;
  private static final int REPEATED_LINES = 10;

  @ParameterizedTest
  @ValueSource(strings = {"pipeline-core", "pipeline-jobs"})
  void packagesAreSmall(String module) throws IOException {
    List<SourceFile> sources = SourceFile.of(module);
    assertThat(sources).hasSizeGreaterThan(200);
    assertThat(sources.stream().collect(groupingBy(SourceFile::packageName, counting())))
        .allSatisfy((name, files) -> assertThat(files).isLessThanOrEqualTo(MOST_FILES));
    assertThat(
            sources.stream()
                .collect(
                    groupingBy(
                        SourceFile::packageName,
                        summingLong(source -> source.text().lines().count()))))
        .allSatisfy((name, lines) -> assertThat(lines).isLessThanOrEqualTo(MOST_LINES));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipeline-core", "pipeline-jobs"})
  void noTenLinesAreThereTwice(String module) throws IOException {
    Map<List<String>, String> seen = new HashMap<>();
    List<String> twice = new ArrayList<>();
    for (SourceFile source : SourceFile.of(module)) {
      List<String> code = source.code();
      for (int i = 0; i + REPEATED_LINES <= code.size(); i++) {
        List<String> run = code.subList(i, i + REPEATED_LINES);
        String other = seen.putIfAbsent(run, source.path().toString());
        if (other != null) {
          twice.add("%s and %s: %s".formatted(other, source.path(), run.get(0)));
        }
      }
    }
    assertThat(twice).isEmpty();
  }

  @Test
  void noStageKnowsAnother() throws IOException {
    List<SourceFile> stages =
        SourceFile.of("pipeline-jobs").stream()
            .filter(source -> source.packageName().startsWith(STAGES))
            .toList();
    assertThat(stages.stream().map(source -> stage(source.packageName())).distinct())
        .contains("ingest", "bin", "select", "tune", "infer", "evaluate", "report");
    assertThat(stages).allSatisfy(source -> assertThat(others(source)).isEmpty());
  }

  @Test
  void aConstantOfAnotherStageIsSeen() {
    SourceFile source =
        new SourceFile(
            Path.of("io", "geolocsft", "stage", "infer", "Infer.java"),
            "import static io.geolocsft.stage.tune.Sft.NAME;\nimport io.geolocsft.stage.Stage;\n");
    assertThat(others(source)).containsExactly("io.geolocsft.stage.tune");
  }

  private static List<String> others(SourceFile source) {
    return source.uses().stream()
        .filter(name -> name.startsWith(STAGES))
        .filter(name -> !stage(name).equals(stage(source.packageName())))
        .toList();
  }

  private static String stage(String packageName) {
    return packageName.substring(STAGES.length()).split("\\.")[0];
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipeline-core", "pipeline-jobs"})
  void noTwoPublicTypesShareAName(String module) {
    Map<String, List<String>> types =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> location.contains("/" + module + "/"))
                .importPackages("io.geolocsft")
                .stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .collect(
                    groupingBy(JavaClass::getSimpleName, mapping(JavaClass::getName, toList())));
    assertThat(types).hasSizeGreaterThan(40);
    assertThat(types.values()).allSatisfy(names -> assertThat(names).hasSize(1));
  }
}
