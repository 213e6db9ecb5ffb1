package io.geolocsft.cli.export;

import io.geolocsft.caption.ConversationLayout;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.console.ResultFormat;
import io.geolocsft.files.FilePart;
import io.geolocsft.prompt.PromptLayout;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What other programs read. */
enum ExportFormat {
  CSV {
    @Override
    void print(Dataset<Row> rows, PromptLayout layout, Console console) {
      ResultFormat.CSV.print(rows, 0, console);
    }
  },
  /** One object a line. */
  JSON {
    @Override
    void print(Dataset<Row> rows, PromptLayout layout, Console console) {
      ResultFormat.JSON.print(rows, 0, console);
    }
  },
  LLAMA_FACTORY {
    @Override
    void print(Dataset<Row> rows, PromptLayout layout, Console console) {
      converse(rows, ConversationLayout.LLAMA_FACTORY, layout, console);
    }
  },
  SHAREGPT {
    @Override
    void print(Dataset<Row> rows, PromptLayout layout, Console console) {
      converse(rows, ConversationLayout.SHAREGPT, layout, console);
    }
  };

  /**
   * Prints all rows of a table.
   *
   * @param layout of the training texts' prompts
   */
  abstract void print(Dataset<Row> rows, PromptLayout layout, Console console);

  /** Whether only training texts are printed like this. */
  boolean isOfExamples() {
    return this == LLAMA_FACTORY || this == SHAREGPT;
  }

  private static void converse(
      Dataset<Row> examples,
      ConversationLayout conversation,
      PromptLayout layout,
      Console console) {
    examples
        .orderBy("image_id")
        .toLocalIterator()
        .forEachRemaining(
            row ->
                console.print(
                    conversation
                        .record(image(row), row.getAs("prompt"), layout, row.getAs("target_text"))
                        .toString()));
  }

  /**
   * A path where it is local; of an image in an archive that of the archive, and its name in it.
   */
  private static String image(Row example) {
    String uri = example.getAs("uri");
    String file = FilePart.parse(uri).map(FilePart::file).orElse(uri);
    String path = file.startsWith("file:") ? new Path(file).toUri().getPath() : file;
    String member = example.getAs("archive_member");
    return member == null ? path : path + "/" + member;
  }
}
