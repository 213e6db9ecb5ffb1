package io.geolocsft.report;

import static java.util.Comparator.reverseOrder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import io.geolocsft.aggregate.Aggregate;
import io.geolocsft.aggregate.Radii;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.locate.LocatedCandidate;
import io.geolocsft.locate.LocatedImage;
import io.geolocsft.report.data.LocatedCard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The quickstart's report and a page of located photographs as Chromium shows them. Its name is not
 * a test's, so that only {@code run/test browser} runs it; the system properties {@code chromium}
 * and {@code report} say where the browser and the report are.
 */
class ReportInBrowser {

  private static final Path REPORT = Path.of(System.getProperty("report")).toAbsolutePath();
  private static final int DESKTOP = 1280;
  private static final int PHONE = 390;

  /** A4 but for its margins, at 96 pixels an inch. */
  private static final int PAPER = 718;

  @TempDir static Path folder;
  private static Path located;
  private static Playwright playwright;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    located = folder.resolve("located.html");
    LocatedPage.write(located, cards(), 3);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions()
                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "true")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(Path.of(System.getProperty("chromium")))
                    .setArgs(List.of("--no-sandbox")));
  }

  @AfterAll
  static void stop() {
    playwright.close();
  }

  private static List<LocatedCard> cards() {
    GeoPoint truth = new GeoPoint(48.2, 16.4);
    List<LocatedCandidate> candidates =
        IntStream.range(0, 4)
            .mapToObj(i -> new GeoPoint(47 + i, 15 + 3 * i))
            .map(at -> new LocatedCandidate(Optional.of(at), -2, "ok", "Hills.\n" + at))
            .toList();
    LocatedImage image =
        new LocatedImage(
            "a folder/photo.jpg",
            "file:/photo.jpg",
            Optional.of(new Aggregate(new GeoPoint(48, 16), 120)),
            Optional.of(new Radii.OfAnswer(210, 1_450)),
            Optional.empty(),
            candidates,
            Optional.of(truth),
            Optional.empty());
    LocatedImage unreadable =
        new LocatedImage(
            "broken.jpg",
            "file:/broken.jpg",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of(new LocatedImage.Problem("undecodable", "It is no image.")));
    return List.of(
        new LocatedCard(image, MadeReport.small().cards().get(0).picture()),
        new LocatedCard(unreadable, Optional.empty()));
  }

  private static Stream<Path> pages() {
    return Stream.of(REPORT, located);
  }

  private static BrowserPage open(Path file, int width) {
    return open(file, new Browser.NewContextOptions().setViewportSize(width, 900));
  }

  private static BrowserPage open(Path file, Browser.NewContextOptions options) {
    return BrowserPage.open(browser, file, options);
  }

  @Test
  void theReportIsSmall() throws Exception {
    assertThat(Files.size(REPORT)).isLessThan(5_000_000);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void nobodyIsShutOut(Path file) throws Exception {
    for (int width : new int[] {DESKTOP, PHONE}) {
      try (BrowserPage visit = open(file, width)) {
        visit.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)");
        for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
          visit.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
          assertThat(visit.violations()).as("%s at %d", scheme, width).isEqualTo(List.of());
        }
        assertThat(visit.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
        visit.page().locator(".enlarge").first().click();
        assertThat(visit.violations()).as("enlarged at %d", width).isEqualTo(List.of());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void headingsAreInOrder(Path file) {
    try (BrowserPage visit = open(file, DESKTOP)) {
      Page page = visit.page();
      assertThat(page.locator("html").getAttribute("lang")).isEqualTo("en");
      assertThat(page.locator("main")).extracting(Locator::count).isEqualTo(1);
      List<String> levels =
          page.locator("h1, h2, h3, h4, h5, h6").all().stream()
              .map(heading -> (String) heading.evaluate("heading => heading.tagName"))
              .toList();
      assertThat(levels.get(0)).isEqualTo("H1");
      for (int i = 1; i < levels.size(); i++) {
        assertThat(levels.get(i).charAt(1) - levels.get(i - 1).charAt(1)).isLessThan(2);
        assertThat(levels.get(i)).isNotEqualTo("H1");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void theKeyboardReachesWhatTheMouseDoes(Path file) {
    try (BrowserPage visit = open(file, DESKTOP)) {
      Locator closed = visit.page().locator("details:not([open]) > summary");
      while (closed.count() > 0) {
        closed.first().press("Enter");
      }
      visit.evaluate("window.reached = new Set()");
      Set<Object> unseen = new HashSet<>();
      int stops = 0;
      while (!atTheEnd(visit, unseen)) {
        assertThat(++stops).isLessThan(1_000);
      }
      assertThat(unseen).as("without visible focus").isEmpty();
      assertThat(
              visit.evaluate(
                  """
                  () => {
                    document.querySelectorAll('*').forEach((one) => {
                      if (/pointer|grab/.test(getComputedStyle(one).cursor)) reacting.add(one);
                    });
                    return [...reacting]
                      .filter((one) => one.checkVisibility() &&
                        ![...reached].some((stop) => stop.contains(one)))
                      .map((one) => one.outerHTML.slice(0, 200));
                  }
                  """))
          .as("out of the keyboard's reach")
          .isEqualTo(List.of());
      assertThat(visit.evaluate("reacting.size")).asString().isNotEqualTo("0");
    }
  }

  private static boolean atTheEnd(BrowserPage visit, Set<Object> unseen) {
    visit.page().keyboard().press("Tab");
    Object seen =
        visit.evaluate(
            """
            () => {
              const stop = document.activeElement;
              if (reached.has(stop)) return 'end';
              if (stop === document.body) return 'seen'; // behind the last one, before the first
              reached.add(stop);
              const { outlineStyle, outlineWidth } = getComputedStyle(stop);
              const { top, bottom } = stop.getBoundingClientRect();
              return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
                && bottom > 0 && top < innerHeight ? 'seen' : stop.outerHTML.slice(0, 200);
            }
            """);
    if (!seen.equals("seen") && !seen.equals("end")) {
      unseen.add(seen);
    }
    return seen.equals("end");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void theThemeFollowsTheSystemUntilItIsSwitched(Path file) {
    try (BrowserPage visit = open(file, DESKTOP)) {
      String light = paper(visit);
      visit.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
      String dark = paper(visit);
      assertThat(dark).isNotEqualTo(light);
      visit.page().locator("#theme").press("Enter");
      assertThat(paper(visit)).isEqualTo(light);
      visit.page().locator("#theme").click();
      assertThat(paper(visit)).isEqualTo(dark);
    }
  }

  private static String paper(BrowserPage visit) {
    return (String) visit.evaluate("getComputedStyle(document.body).backgroundColor");
  }

  @Test
  void mapsZoomAndMove() {
    try (BrowserPage visit = open(REPORT, DESKTOP)) {
      Locator box = visit.page().locator("figure .zoom").first();
      Locator map = box.locator(".map");
      String whole = map.getAttribute("viewBox");

      box.getByLabel("Zoom in").click();
      String zoomed = map.getAttribute("viewBox");
      assertThat(width(zoomed)).isEqualTo(width(whole) / 2);
      box.press("ArrowRight");
      assertThat(left(map.getAttribute("viewBox"))).isGreaterThan(left(zoomed));
      box.press("ArrowLeft");
      assertThat(map.getAttribute("viewBox")).isEqualTo(zoomed);
      box.press("+");
      assertThat(width(map.getAttribute("viewBox"))).isEqualTo(width(whole) / 4);
      box.press("-");
      box.getByLabel("Zoom out").press("Enter");
      assertThat(map.getAttribute("viewBox")).isEqualTo(whole);

      // The wheel is the page's, until the map has the focus.
      visit.evaluate("document.activeElement.blur()");
      var middle = map.boundingBox();
      visit.page().mouse().move(middle.x + middle.width / 3, middle.y + middle.height / 3);
      visit.page().mouse().wheel(0, -300);
      visit.page().waitForCondition(() -> map.boundingBox().y > middle.y);
      assertThat(map.getAttribute("viewBox")).isEqualTo(whole);
      map.scrollIntoViewIfNeeded();
      map.click();
      visit.page().mouse().wheel(0, -300);
      visit.page().waitForCondition(() -> !map.getAttribute("viewBox").equals(whole));
      double before = left(map.getAttribute("viewBox"));
      assertThat(width(map.getAttribute("viewBox"))).isEqualTo(width(whole) / 2);

      var area = map.boundingBox();
      visit.page().mouse().move(area.x + area.width / 2, area.y + area.height / 2);
      visit.page().mouse().down();
      visit.page().mouse().move(area.x + area.width / 4, area.y + area.height / 2);
      visit.page().mouse().up();
      assertThat(left(map.getAttribute("viewBox")))
          .isCloseTo(before + width(whole) / 8, within(1.0));
      visit.page().mouse().move(area.x + area.width / 2, area.y + area.height / 2);
      assertThat(left(map.getAttribute("viewBox")))
          .isCloseTo(before + width(whole) / 8, within(1.0));

      box.getByLabel("Show the whole map").press("Space");
      assertThat(map.getAttribute("viewBox")).isEqualTo(whole);
    }
  }

  private static double left(String viewBox) {
    return Double.parseDouble(viewBox.split(" ")[0]);
  }

  private static double width(String viewBox) {
    return Double.parseDouble(viewBox.split(" ")[2]);
  }

  @Test
  void tablesSort() {
    try (BrowserPage visit = open(REPORT, DESKTOP)) {
      Locator table = visit.page().locator("#results table").first();
      Locator head = table.locator("thead th").filter(named("Median error"));
      int column = ((Number) head.evaluate("head => head.cellIndex")).intValue();
      List<String> first = names(table);
      head.locator("button").click();
      assertThat(head.getAttribute("aria-sort")).isEqualTo("ascending");
      List<Double> medians = numbers(table, column);
      assertThat(medians).hasSizeGreaterThan(2).isSorted();
      head.locator("button").press("Enter");
      assertThat(head.getAttribute("aria-sort")).isEqualTo("descending");
      assertThat(numbers(table, column))
          .isEqualTo(medians.stream().sorted(reverseOrder()).toList());
      assertThat(names(table).get(first.size() - 1)).isEqualTo(first.get(first.size() - 1));

      table.locator("thead button").first().press("Space");
      assertThat(table.locator("[aria-sort]").count()).isEqualTo(1);
      assertThat(names(table).subList(0, medians.size())).isSorted();
      table.locator("thead button").first().click();
      table.locator("thead button").first().click();
      assertThat(names(table)).isEqualTo(first);
      assertThat(table.locator("[aria-sort]").count()).isZero();
    }
  }

  @Test
  void slicesSortWithinTheirGroups() {
    try (BrowserPage visit = open(REPORT, DESKTOP)) {
      Locator table = visit.page().locator("table.slices").first();
      List<String> groups = table.locator("tr.group").allInnerTexts();
      table.locator("thead th").filter(named("Images")).locator("button").click();
      assertThat(table.locator("tbody > tr:first-child").allInnerTexts()).isEqualTo(groups);
      for (Locator body : table.locator("tbody").all()) {
        assertThat(
                body.locator("tr:not(.group) > td:nth-child(2)").allInnerTexts().stream()
                    .map(text -> Integer.valueOf(text.replace(",", ""))))
            .isSorted();
      }
    }
  }

  private static Locator.FilterOptions named(String text) {
    return new Locator.FilterOptions().setHasText(text);
  }

  private static List<String> names(Locator table) {
    return table.locator("tbody th").allInnerTexts();
  }

  /** What the models' rows show in a column, without the interval below it. */
  private static List<Double> numbers(Locator table, int column) {
    return table
        .locator("tbody tr:not(.difference):not(.published)")
        .locator(":nth-child(" + (column + 1) + ")")
        .and(table.locator("td"))
        .allInnerTexts()
        .stream()
        .map(text -> Double.valueOf(text.replaceAll("(?s)[^\\d,.].*", "").replace(",", "")))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void picturesEnlarge(Path file) {
    try (BrowserPage visit = open(file, DESKTOP)) {
      Locator button = visit.page().locator(".enlarge").first();
      Locator dialog = visit.page().locator("dialog");
      double small = button.locator("img").boundingBox().width;
      button.press("Enter");
      assertThat(dialog.locator("img").boundingBox().width).isGreaterThan(1.5 * small);
      dialog.locator(".zoom").press("+");
      assertThat(width(dialog.locator(".map").getAttribute("viewBox"))).isEqualTo(482);
      visit.page().keyboard().press("Escape");
      assertThat(dialog.isVisible()).isFalse();
      assertThat(button.evaluate("button => button === document.activeElement")).isEqualTo(true);
      button.click();
      dialog.getByText("Close").click();
      assertThat(dialog.isVisible()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void isPrintedWholeAndOnWhite(Path file) {
    try (BrowserPage visit = open(file, PAPER)) {
      Page page = visit.page();
      page.emulateMedia(
          new Page.EmulateMediaOptions().setMedia(Media.PRINT).setColorScheme(ColorScheme.DARK));
      page.evaluate("dispatchEvent(new Event('beforeprint'))");
      assertThat(paper(visit)).isEqualTo("rgb(255, 255, 255)");
      assertThat(page.locator("details:not([open])").count()).isZero();
      assertThat(page.locator("nav:visible, .tools:visible, #theme:visible").count()).isZero();
      assertThat(page.locator(".map:visible").count()).isEqualTo(page.locator(".map").count());
      assertThat(
              page.evaluate(
                  """
                  () => [...document.querySelectorAll('table, svg, img, pre, p, dl')]
                    .filter((one) => one.checkVisibility() &&
                      one.getBoundingClientRect().right > innerWidth + 1)
                    .map((one) => one.outerHTML.slice(0, 200))
                  """))
          .as("cut off")
          .isEqualTo(List.of());
      assertThat(page.pdf()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void canBeReadWithoutScripts(Path file) {
    var options = new Browser.NewContextOptions().setJavaScriptEnabled(false);
    try (BrowserPage scripted = open(file, DESKTOP);
        BrowserPage visit = open(file, options)) {
      Page page = visit.page();
      assertThat(page.locator("button:visible").count()).isZero();
      for (String part : List.of("main p", "table", ".map", ".card img", ".card dl", "h2")) {
        assertThat(page.locator(part + ":visible").count())
            .as(part)
            .isEqualTo(scripted.page().locator(part + ":visible").count());
      }
    }
  }
}
