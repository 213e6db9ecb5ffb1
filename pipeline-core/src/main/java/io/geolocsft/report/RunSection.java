package io.geolocsft.report;

import io.geolocsft.report.data.RunFacts;
import io.geolocsft.report.data.RunFacts.StageTime;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.Markup;
import io.geolocsft.report.draw.Scale;
import io.geolocsft.report.draw.ScrollBox;
import io.geolocsft.report.draw.TableBar;

/** What was run and how long it took. */
record RunSection(RunFacts run) implements Section {

  @Override
  public String id() {
    return "run";
  }

  @Override
  public String heading() {
    return "What was run";
  }

  @Override
  public boolean hasContent() {
    return !run.facts().isEmpty() || !run.stages().isEmpty();
  }

  @Override
  public void body(Markup markup) {
    markup.open("dl", "class", "facts");
    for (RunFacts.Fact fact : run.facts()) {
      markup.open("div").element("dt", fact.label());
      markup.open("dd").element("bdi", fact.value()).close().close();
    }
    markup.close();
    if (!run.stages().isEmpty()) {
      stages(markup);
    }
    if (!run.configuration().isBlank()) {
      markup.open("details").element("summary", "Resolved configuration");
      markup.open("pre", "tabindex", "0").text(run.configuration()).close().close();
    }
  }

  private void stages(Markup markup) {
    double total = run.stages().stream().mapToDouble(StageTime::seconds).sum();
    double longest = run.stages().stream().mapToDouble(StageTime::seconds).max().orElse(1);
    Scale x = Scale.linear(0, longest, 0, TableBar.WIDTH);
    ScrollBox.open(markup, "Time by stage");
    markup.open("table", "class", "funnel stages");
    markup.open("thead").open("tr").element("th", "Stage", "scope", "col");
    markup.element("th", "Time", "scope", "col").open("td").close().close().close();
    markup.open("tbody");
    for (StageTime time : run.stages()) {
      markup.open("tr").element("th", time.stage(), "scope", "row");
      markup.element("td", DisplayNumbers.duration(time.seconds())).open("td", "class", "bar");
      TableBar.open(markup);
      TableBar.part(markup, "kept", 0, x.at(time.seconds()));
      markup.close().close().close();
    }
    markup.close().open("tfoot").open("tr").element("th", "All", "scope", "row");
    markup.element("td", DisplayNumbers.duration(total)).open("td").close().close().close();
    markup.close().close();
  }
}
