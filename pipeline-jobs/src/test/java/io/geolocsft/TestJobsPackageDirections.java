package io.geolocsft;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import org.assertj.core.api.Assertions;

/**
 * Failures and files know nobody, and only the command line sees all. What byte code does not show,
 * {@link TestSources} reads from the sources.
 */
@AnalyzeClasses(
    packages = "io.geolocsft",
    importOptions = {ImportOption.DoNotIncludeTests.class, TestJobsPackageDirections.NoCore.class})
class TestJobsPackageDirections {

  private static final List<String> JOBS =
      List.of(
          "failure",
          "files",
          "parquet",
          "config",
          "table",
          "tracking",
          "sql",
          "cluster",
          "ml",
          "stage",
          "judge",
          "quickstart",
          "cli");

  /** The core is built without this module, and has a test of its own. */
  static final class NoCore implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/pipeline-core/");
    }
  }

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.geolocsft.(**)").should().beFreeOfCycles();

  @ArchTest
  static void onlyBackwards(JavaClasses classes) {
    for (int i = 0; i < JOBS.size() - 1; i++) {
      ArchRuleDefinition.noClasses()
          .that()
          .resideInAPackage(pattern(JOBS.get(i)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(patterns(JOBS.subList(i + 1, JOBS.size())))
          .allowEmptyShould(true)
          .check(classes);
    }
  }

  @ArchTest
  static void nothingDependsOnTheQuickstartGenerator(JavaClasses classes) {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackage(pattern("quickstart"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(pattern("quickstart"))
        .check(classes);
  }

  @ArchTest
  static void everyPackageHasItsPlace(JavaClasses classes) {
    List<String> packages =
        classes.that(DescribedPredicate.alwaysTrue()).stream()
            .map(JavaClass::getPackageName)
            .map(name -> name.split("\\.")[2])
            .distinct()
            .toList();
    Assertions.assertThat(packages).isNotEmpty().isSubsetOf(JOBS);
  }

  private static String pattern(String name) {
    return "io.geolocsft." + name + "..";
  }

  private static String[] patterns(List<String> names) {
    return names.stream().map(TestJobsPackageDirections::pattern).toArray(String[]::new);
  }
}
