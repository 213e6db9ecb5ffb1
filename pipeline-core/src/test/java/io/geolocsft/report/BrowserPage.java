package io.geolocsft.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.Resources;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A page that a browser has opened from disk, without a network. Closing it ends a silent visit.
 */
record BrowserPage(BrowserContext context, Page page, List<String> noise) implements AutoCloseable {

  /** Keeps what reacts to a mouse, before the page's own script runs. */
  private static final String WATCH =
      """
      window.reacting = new Set();
      const add = EventTarget.prototype.addEventListener;
      EventTarget.prototype.addEventListener = function (type, ...rest) {
        if (this instanceof Element && /click|pointer|mouse|wheel/.test(type)) reacting.add(this);
        return add.call(this, type, ...rest);
      };
      """;

  static BrowserPage open(Browser browser, Path file, Browser.NewContextOptions options) {
    BrowserContext context =
        browser.newContext(options.setOffline(true).setReducedMotion(ReducedMotion.REDUCE));
    context.addInitScript(WATCH);
    Page page = context.newPage();
    List<String> noise = new ArrayList<>();
    page.onConsoleMessage(message -> noise.add(message.type() + ": " + message.text()));
    page.onPageError(noise::add);
    String url = file.toUri().toString();
    page.onRequest(
        request -> {
          if (!request.url().equals(url) && !request.url().startsWith("data:")) {
            noise.add("asked for " + request.url());
          }
        });
    page.navigate(url);
    return new BrowserPage(context, page, noise);
  }

  /** The rules of axe-core that the page breaks, as it is now. */
  Object violations() throws IOException {
    // As the debugger does it: the page's policy lets no script in.
    page.evaluate(Resources.toString(Resources.getResource("axe.min.js"), UTF_8));
    return page.evaluate(
        """
        async () => (await axe.run()).violations.map(({ impact, id, nodes }) =>
          `${impact} ${id}: ${nodes.slice(0, 5).map((node) => node.html.slice(0, 200)).join(' ')}`)
        """);
  }

  Object evaluate(String script) {
    return page.evaluate(script);
  }

  @Override
  public void close() {
    context.close();
    assertThat(noise).as("what the page said or asked for").isEmpty();
  }
}
