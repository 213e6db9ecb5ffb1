package io.geolocsft;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import org.assertj.core.api.Assertions;

/** The packages stand in the order of the data: each uses only those before it. */
@AnalyzeClasses(packages = "io.geolocsft", importOptions = ImportOption.DoNotIncludeTests.class)
class TestPackageDirections {

  private static final List<String> ORDER =
      List.of(
          "json",
          "geo",
          "image",
          "select",
          "prompt",
          "answer",
          "tensor",
          "gemma",
          "lora",
          "ring",
          "training",
          "sft",
          "generate",
          "endpoint",
          "caption",
          "parity",
          "device",
          "aggregate",
          "evaluate",
          "reward",
          "grpo",
          "published",
          "retrieve",
          "locate",
          "report");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.geolocsft.(**)").should().beFreeOfCycles();

  @ArchTest
  static void onlyBackwards(com.tngtech.archunit.core.domain.JavaClasses classes) {
    for (int i = 0; i < ORDER.size() - 1; i++) {
      String[] later =
          ORDER.subList(i + 1, ORDER.size()).stream()
              .map(name -> "io.geolocsft." + name + "..")
              .toArray(String[]::new);
      ArchRuleDefinition.noClasses()
          .that()
          .resideInAPackage("io.geolocsft." + ORDER.get(i) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(later)
          .allowEmptyShould(true)
          .check(classes);
    }
  }

  @ArchTest
  static void everyPackageHasItsPlace(com.tngtech.archunit.core.domain.JavaClasses classes) {
    List<String> packages =
        classes.that(DescribedPredicate.alwaysTrue()).stream()
            .map(JavaClass::getPackageName)
            .map(name -> name.split("\\.")[2])
            .distinct()
            .toList();
    Assertions.assertThat(ORDER).containsAll(packages);
  }
}
