package io.geolocsft.report.draw;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import com.google.common.io.BaseEncoding;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/**
 * One HTML file that opens from disk and asks the network for nothing.
 *
 * <p>All texts are escaped, and a content security policy allows the page's own style and script by
 * their hashes and nothing else, so that a model's answer or an image's name can do no harm.
 */
public final class Page {

  private static final String STYLE = resource("report.css");
  private static final String SCRIPT = resource("report.js");

  private Page() {}

  /**
   * The page.
   *
   * @param skipTo id of what a screen reader may skip to, and its name
   * @param content what stands in the body
   */
  public static String of(String title, String skipTo, Consumer<Markup> content) {
    Markup markup = new Markup().trusted("<!DOCTYPE html>\n");
    markup.open("html", "lang", "en");
    head(markup, title);
    markup.open("body");
    markup.element("a", "Skip to the " + skipTo, "class", "skip", "href", "#" + skipTo);
    WorldMap.definitions(markup);
    content.accept(markup);
    markup.open("script").trusted(SCRIPT).close();
    return markup.close().close().finish() + "\n";
  }

  private static void head(Markup markup, String title) {
    markup.open("head").leaf("meta", "charset", "utf-8");
    markup.leaf("meta", "http-equiv", "Content-Security-Policy", "content", policy());
    markup.leaf("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    markup.leaf("meta", "name", "color-scheme", "content", "light dark");
    markup.element("title", title);
    // An icon of no content, or browsers ask the disk for one.
    markup.leaf("link", "rel", "icon", "href", "data:,");
    markup.open("style").trusted(STYLE).close().close();
  }

  private static String policy() {
    return "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src '%s'; script-src '%s'"
        .formatted(hash(STYLE), hash(SCRIPT));
  }

  private static String hash(String content) {
    return "sha256-"
        + BaseEncoding.base64().encode(Hashing.sha256().hashString(content, UTF_8).asBytes());
  }

  private static String resource(String name) {
    try {
      return Resources.toString(Resources.getResource(Page.class, name), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("This project's own " + name, e);
    }
  }
}
