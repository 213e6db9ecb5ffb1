package io.geolocsft.report.draw;

import static java.util.stream.Collectors.joining;

import io.geolocsft.geo.GeoPoint;
import java.util.Collection;
import java.util.stream.IntStream;

/** An SVG map of the world on which points and great circles are drawn. */
public final class WorldMap {

  public static final EqualEarth PROJECTION = new EqualEarth(960);

  private static final String LAND = "land";
  private static final String SPHERE = "sphere";
  private static final String GRATICULE = "graticule";

  private WorldMap() {}

  /** What all maps of a page share, once. */
  public static void definitions(Markup markup) {
    markup.open("svg", "class", "defs", "aria-hidden", "true", "focusable", "false").open("defs");
    markup.leaf("path", "id", SPHERE, "d", sphere());
    markup.leaf("path", "id", GRATICULE, "d", graticule());
    markup.leaf("path", "id", LAND, "d", Land.PATH);
    markup.close().close();
  }

  /** Opens a map; close it with {@link Markup#close} after drawing on it. */
  public static void open(Markup markup, String description, String kind) {
    markup.open(
        "svg",
        "class",
        "map " + kind,
        "viewBox",
        "-2 -2 964 %s".formatted(DisplayNumbers.px(PROJECTION.height() + 4)),
        "role",
        "img",
        "aria-label",
        description);
    for (String layer : new String[] {SPHERE, GRATICULE, LAND}) {
      markup.leaf("use", "href", "#" + layer, "class", layer);
    }
  }

  /** Dots of one size, in one path. */
  public static void dots(Markup markup, Collection<GeoPoint> points, String style) {
    if (!points.isEmpty()) {
      // A line of no length with round ends is a dot.
      String path = points.stream().map(point -> "M" + pixel(point) + "h0").collect(joining());
      markup.leaf("path", "class", style, "d", path);
    }
  }

  /** A ring around a point that is known. */
  public static void ring(Markup markup, GeoPoint point) {
    markup.leaf(
        "circle",
        "class",
        "truth",
        "r",
        "15",
        "cx",
        DisplayNumbers.px(PROJECTION.x(point.latitude(), point.longitude())),
        "cy",
        DisplayNumbers.px(PROJECTION.y(point.latitude())));
  }

  public static String pixel(GeoPoint point) {
    return DisplayNumbers.px(PROJECTION.x(point.latitude(), point.longitude()))
        + " "
        + DisplayNumbers.px(PROJECTION.y(point.latitude()));
  }

  private static String sphere() {
    String west =
        IntStream.rangeClosed(-18, 18).mapToObj(i -> at(i * 5.0, -180)).collect(joining("L"));
    String east =
        IntStream.rangeClosed(-18, 18).mapToObj(i -> at(i * -5.0, 180)).collect(joining("L"));
    return "M" + west + "L" + east + "Z";
  }

  private static String graticule() {
    String meridians =
        IntStream.rangeClosed(-5, 5)
            .mapToObj(
                i ->
                    "M"
                        + IntStream.rangeClosed(-18, 18)
                            .mapToObj(j -> at(j * 5.0, i * 30.0))
                            .collect(joining("L")))
            .collect(joining());
    String parallels =
        IntStream.rangeClosed(-2, 2)
            .mapToObj(i -> "M" + at(i * 30.0, -180) + "L" + at(i * 30.0, 180))
            .collect(joining());
    return meridians + parallels;
  }

  private static String at(double latitude, double longitude) {
    return pixel(new GeoPoint(latitude, longitude));
  }

  /** Made at the first map of this JVM. */
  private static final class Land {
    static final String PATH = LandOutline.path(PROJECTION);
  }
}
