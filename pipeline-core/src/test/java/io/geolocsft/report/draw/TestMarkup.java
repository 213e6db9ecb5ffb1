package io.geolocsft.report.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestMarkup {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\" onload=\"alert(1)",
        "' onload='alert(1)",
        "</title></style></script><img src=x onerror=alert(1)>",
        "a & b &lt; c",
        "--> <!-- ]]>",
        "\u00e9\u4eac\ud83c\udf0d",
      })
  void whatGoesInComesOut(String text) {
    String html = new Markup().open("p", "title", text).text(text).close().finish();
    Element paragraph = Jsoup.parse(html).body().child(0);
    assertThat(Jsoup.parse(html).body().children()).hasSize(1);
    assertThat(paragraph.children()).isEmpty();
    assertThat(paragraph.attributes().size()).isEqualTo(1);
    assertThat(paragraph.attr("title")).isEqualTo(text);
    assertThat(paragraph.wholeText()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\0", "\u0007", "\u009f", "\ud800", "\udc00", "\u202e", "\u2066", "\uffff"})
  void whatNoPageMayHoldIsReplaced(String text) {
    assertThat(new Markup().text("a" + text + "b").finish()).isEqualTo("a\uFFFDb");
  }

  @Test
  void everyElementMustBeClosed() {
    assertThatThrownBy(() -> new Markup().open("p").finish())
        .isInstanceOf(IllegalStateException.class);
  }
}
