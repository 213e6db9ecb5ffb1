package io.geolocsft.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.config.ConfigFixture;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.table.Lineage;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import io.openlineage.client.OpenLineage.DatasetEvent;
import io.openlineage.client.OpenLineage.InputDataset;
import io.openlineage.client.OpenLineage.JobEvent;
import io.openlineage.client.OpenLineage.OutputDataset;
import io.openlineage.client.OpenLineage.RunEvent;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import io.openlineage.client.OpenLineageClient;
import io.openlineage.client.OpenLineageClientException;
import io.openlineage.client.transports.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestLineageEvents {

  private static final Lineage LINEAGE =
      new Lineage(
          "report",
          Map.of("report.title", "\"Odd\""),
          1,
          "abc",
          Map.of(
              Tables.TUNED,
              "v1",
              "external ingest.images",
              "v2",
              "external benchmarks[0].images",
              "v3",
              "external model/config.json",
              "v4",
              "external model/tokenizer.json",
              "v5",
              "external page",
              "v6"));

  @TempDir private Path folder;

  private final List<RunEvent> told = new ArrayList<>();
  private PipelineConfig config;
  private TableStore tables;

  /** Keeps run events, of which there are all. */
  private final class Keeping extends Transport {

    @Override
    public void emit(RunEvent event) {
      told.add(event);
      if (event.getEventType() == EventType.FAIL) {
        throw new OpenLineageClientException("no route");
      }
    }

    @Override
    public void emit(DatasetEvent event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void emit(JobEvent event) {
      throw new UnsupportedOperationException();
    }
  }

  @BeforeEach
  void publish() throws Exception {
    config =
        ConfigFixture.with(
            "ingest.images=" + folder.resolve("images #1"),
            "benchmarks=[{name: photos, images: in/photos}]",
            "model.path=" + folder.resolve("model"));
    tables =
        TableStore.open(
            () -> {
              throw new IllegalStateException("no Spark is needed");
            },
            new Configuration(false),
            folder.resolve("run").toString());
    tables
        .with(LINEAGE)
        .publishDirectory(Tables.TUNED, at -> Files.writeString(at.resolve("file"), "x"));
  }

  private LineageEvents events() {
    return new LineageEvents(config, tables, Optional.of(new OpenLineageClient(new Keeping())));
  }

  @Test
  void aStageReadsAndWritesWhatIsPublishedAndFilesFromOutside() throws IOException {
    try (LineageEvents events = events()) {
      events.start(LINEAGE).complete(List.of(Tables.TUNED));
    }
    assertThat(told)
        .extracting(RunEvent::getEventType)
        .containsExactly(EventType.START, EventType.COMPLETE);
    RunEvent last = told.get(1);
    assertThat(last.getRun().getRunId()).isEqualTo(told.get(0).getRun().getRunId());
    assertThat(last.getJob().getName()).isEqualTo(config.run().name() + ".report");
    assertThat(last.getInputs())
        .extracting(InputDataset::getName)
        .containsExactlyInAnyOrder(
            folder.resolve("run/tuned").toString(),
            folder.resolve("images #1").toString(),
            Path.of("in/photos").toAbsolutePath().toString(),
            folder.resolve("model").toString());
    assertThat(told.get(0).getOutputs()).isEmpty();
    assertThat(last.getOutputs())
        .singleElement()
        .satisfies(
            output -> {
              assertThat(output.getNamespace()).isEqualTo("file");
              assertThat(output.getName()).isEqualTo(folder.resolve("run/tuned").toString());
              assertThat(version(output)).isEqualTo(LINEAGE.idOf(Tables.TUNED));
            });
  }

  private static String version(OutputDataset output) {
    return output.getFacets().getVersion().getDatasetVersion();
  }

  @Test
  void aFailureIsToldAndThatItCannotBeToldIsNone() {
    try (LineageEvents events = events()) {
      events.start(LINEAGE).fail(new IOException("no space"));
    }
    assertThat(told).last().extracting(RunEvent::getEventType).isEqualTo(EventType.FAIL);
    assertThat(told.get(1).getRun().getFacets().getErrorMessage().getMessage())
        .isEqualTo("no space");
  }
}
