package io.geolocsft.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import com.google.common.io.Files;
import io.geolocsft.geo.CountryIndex;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestBlueMarble {

  @Test
  void edgesAreTheAntimeridianAndThePoles() {
    assertThat(Earth.PICTURE.column(-180)).isEqualTo(-0.5);
    assertThat(Earth.PICTURE.column(180)).isEqualTo(5399.5);
    assertThat(Earth.PICTURE.row(90)).isEqualTo(-0.5);
    assertThat(Earth.PICTURE.row(-90)).isEqualTo(2699.5);
  }

  @Test
  void colorsAreInterpolatedAroundTheEarth() {
    BufferedImage image = new BufferedImage(4, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x640000);
    image.setRGB(3, 0, 0x003200);
    image.setRGB(3, 1, 0x000008);
    BlueMarble picture = BlueMarble.of(image);
    assertThat(color(picture, 0, 0)).containsExactly(100, 0, 0);
    assertThat(color(picture, 3.5, 0)).containsExactly(50, 25, 0);
    assertThat(color(picture, -0.5, 0)).containsExactly(50, 25, 0);
    assertThat(color(picture, 3, 0.75)).containsExactly(0, 12.5, 6);
    assertThat(color(picture, 3, 9)).containsExactly(0, 0, 8);
  }

  private static double[] color(BlueMarble picture, double column, double row) {
    double[] sum = new double[3];
    picture.addColor(column, row, sum);
    return sum;
  }

  @Test
  void landIsWhereCountriesAre() {
    long seed = 20260111;
    SplittableRandom random = new SplittableRandom(seed);
    CountryIndex countries = CountryIndex.naturalEarth();
    int agreeing = 0;
    int points = 5000;
    for (int i = 0; i < points; i++) {
      double latitude = random.nextDouble(-60, 75);
      double longitude = random.nextDouble(-180, 180);
      boolean inCountry = countries.locate(latitude, longitude, 0).isPresent();
      agreeing += Earth.PICTURE.isLand(latitude, longitude) == inCountry ? 1 : 0;
    }
    // Lakes, the Caspian Sea and the outlines' coarseness make up the rest.
    assertThat(agreeing).as("of %d, seed %d", points, seed).isGreaterThan(points * 98 / 100);
  }

  @Test
  void committedPictureIsTheOneDescribed() throws IOException {
    assertThat(Files.asByteSource(Earth.FILE.toFile()).hash(Hashing.sha256()).toString())
        .isEqualTo("10f5389b365d7ece89f68a73ce5653fb5692145fde181fc64596d0d87cb89bb8");
  }

  @Test
  void fileThatIsNoPictureIsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("picture.jpg");
    java.nio.file.Files.writeString(file, "not a picture");
    assertThatThrownBy(() -> BlueMarble.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("picture.jpg");
  }
}
