package io.geolocsft.quickstart;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class TestQuickstartStandsApart {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.geolocsft");

  @Test
  void pipelineKnowsNothingOfTheQuickstart() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.geolocsft.quickstart..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.geolocsft.quickstart..")
        .check(CLASSES);
  }

  @Test
  void quickstartNeedsNoSpark() {
    noClasses()
        .that()
        .resideInAPackage("io.geolocsft.quickstart..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache..")
        .check(CLASSES);
  }
}
