package io.geolocsft.cli.judge;

import io.geolocsft.judge.JudgedFiles;
import io.geolocsft.published.PublishedResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** How what was judged is printed. */
enum JudgeFormat {
  /** Aligned columns for a person. */
  TABLE {
    @Override
    void print(JudgedFiles judged, List<PublishedResult> published, PrintWriter out) {
      FigureTable.of(judged, published).forEach(table -> out.println(table.text()));
    }
  },

  /** One object. */
  JSON {
    @Override
    void print(JudgedFiles judged, List<PublishedResult> published, PrintWriter out)
        throws IOException {
      out.println(JudgedJson.text(judged, published));
    }
  },

  /** A row a figure. */
  CSV {
    @Override
    void print(JudgedFiles judged, List<PublishedResult> published, PrintWriter out)
        throws IOException {
      JudgedCsv.write(judged, published, out);
    }
  },

  /** Tables for a page. */
  MARKDOWN {
    @Override
    void print(JudgedFiles judged, List<PublishedResult> published, PrintWriter out) {
      FigureTable.of(judged, published).forEach(table -> out.println(table.markdown()));
    }
  };

  abstract void print(JudgedFiles judged, List<PublishedResult> published, PrintWriter out)
      throws IOException;
}
