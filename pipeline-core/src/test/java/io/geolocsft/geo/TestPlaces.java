package io.geolocsft.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestPlaces {

  @TempDir Path folder;

  @Test
  void geonamesHasEveryPlaceOfTheSource() {
    assertThat(Places.geonames()).hasSize(112_320);
    assertThat(Places.geonames().stream().mapToLong(Place::population).sum())
        .isBetween(3_000_000_000L, 3_300_000_000L);
    assertThat(Places.geonames())
        .contains(new Place(new GeoPoint(31.22, 121.46), 22_315_474, "Shanghai"));
    assertThat(Places.geonames()).allMatch(place -> place.population() >= 1_000);
  }

  @Test
  void readsColumnsByNameInAnyOrder() throws IOException {
    assertThat(Places.fromCsv(csv("population,name,longitude,latitude\n12,x,3.5,-4\n\n")))
        .containsExactly(new Place(new GeoPoint(-4, 3.5), 12, "x"));
  }

  @Test
  void readsQuotedFields() throws IOException {
    assertThat(
            Places.fromCsv(
                csv(
                    "name,latitude,longitude,population\n\"Washington, \"\"D.C.\"\"\",\"38.9\",-77,5\n\"two\nlines\",1,2,3\n")))
        .containsExactly(
            new Place(new GeoPoint(38.9, -77), 5, "Washington, \"D.C.\""),
            new Place(new GeoPoint(1, 2), 3, "two\nlines"));
  }

  @Test
  void namesTheMissingColumn() throws IOException {
    Path file = csv("lat,longitude,population\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Places.fromCsv(file))
        .withMessageContaining("no column 'latitude'")
        .withMessageContaining("places.csv");
  }

  @Test
  void namesTheBadLine() throws IOException {
    for (String bad : new String[] {"91,0,5", "1,2", "1,2,-3", "1,x,3", "NaN,0,1"}) {
      Path file = csv("latitude,longitude,population\n1,2,3\n" + bad + "\n");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Places.fromCsv(file))
          .withMessageContaining("places.csv:3: not a place: '" + bad + "'");
    }
  }

  @Test
  void aQuoteThatIsNotClosedIsNamed() throws IOException {
    Path file = csv("latitude,longitude,population\n1,2,3\n1,2,\"3\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Places.fromCsv(file))
        .withMessageContaining("places.csv: not CSV: ");
  }

  private Path csv(String text) throws IOException {
    return Files.writeString(folder.resolve("places.csv"), text);
  }
}
