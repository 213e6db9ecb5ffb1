package io.geolocsft.tracking;

import com.fasterxml.jackson.core.type.TypeReference;
import com.google.common.base.Throwables;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.table.Lineage;
import io.geolocsft.table.TableStore;
import io.openlineage.client.Clients;
import io.openlineage.client.DefaultConfigPathProvider;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import io.openlineage.client.OpenLineageClient;
import io.openlineage.client.OpenLineageClientUtils;
import io.openlineage.client.OpenLineageConfig;
import io.openlineage.client.utils.UUIDUtils;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells OpenLineage when a stage begins and how it ends, what it reads and what it has written.
 * Where to, OpenLineage's own configuration says: {@code openlineage.yml} or the environment's
 * {@code OPENLINEAGE_*}; without it nobody is told. What cannot be told holds up no run.
 */
public final class LineageEvents implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LineageEvents.class);
  private static final String VARIABLES = "OPENLINEAGE_";
  private static final String NAMESPACE = "geolocsft";

  private final OpenLineage model = new OpenLineage(URI.create("urn:geolocsft"));
  private final PipelineConfig config;
  private final LineageDatasets datasets;
  private final Optional<OpenLineageClient> client;

  /**
   * With a client of its own.
   *
   * @param client empty where nobody is to be told
   */
  LineageEvents(PipelineConfig config, TableStore tables, Optional<OpenLineageClient> client) {
    this.config = config;
    this.datasets = new LineageDatasets(model, config, tables);
    this.client = client;
  }

  /** Those that the environment asks for. */
  public static LineageEvents of(PipelineConfig config, TableStore tables) {
    return new LineageEvents(config, tables, client());
  }

  private static Optional<OpenLineageClient> client() {
    try {
      // By default it would warn, with a stack trace, of each file that is not there.
      if (new DefaultConfigPathProvider().getPaths().stream().anyMatch(Files::isRegularFile)) {
        return Optional.of(Clients.newClient());
      }
      if (System.getenv().keySet().stream().anyMatch(name -> name.startsWith(VARIABLES))) {
        return Optional.of(
            Clients.newClient(
                OpenLineageClientUtils.loadOpenLineageConfigFromEnvVars(
                    new TypeReference<OpenLineageConfig>() {})));
      }
    } catch (RuntimeException e) {
      LOG.warn("OpenLineage is told nothing: its configuration cannot be used", e);
    }
    return Optional.empty();
  }

  /** One time that a stage is run. */
  public final class StageRun {

    private final UUID id = UUIDUtils.generateNewUUID();
    private final Lineage lineage;

    private StageRun(Lineage lineage) {
      this.lineage = lineage;
    }

    /** The stage has published all outputs. */
    public void complete(List<String> outputs) {
      emit(this, EventType.COMPLETE, outputs, facets(lineage));
    }

    public void fail(Throwable failure) {
      emit(
          this,
          EventType.FAIL,
          List.of(),
          facets(lineage)
              .errorMessage(
                  model.newErrorMessageRunFacet(
                      String.valueOf(failure.getMessage()),
                      "JAVA",
                      Throwables.getStackTraceAsString(failure))));
    }
  }

  /** A stage begins that makes its outputs from what the lineage says. */
  public StageRun start(Lineage lineage) {
    StageRun run = new StageRun(lineage);
    emit(run, EventType.START, List.of(), facets(lineage));
    return run;
  }

  private OpenLineage.RunFacetsBuilder facets(Lineage lineage) {
    OpenLineage.RunFacet facet = model.newRunFacet();
    facet.getAdditionalProperties().put("run_id", config.run().id());
    facet.getAdditionalProperties().put("code_version", lineage.codeVersion());
    facet.getAdditionalProperties().put("settings", lineage.settings());
    return model.newRunFacetsBuilder().put(NAMESPACE, facet);
  }

  private void emit(
      StageRun run, EventType type, List<String> outputs, OpenLineage.RunFacetsBuilder facets) {
    if (client.isEmpty()) {
      return;
    }
    try {
      OpenLineage.Job job =
          model.newJob(
              System.getenv().getOrDefault(VARIABLES + "NAMESPACE", NAMESPACE),
              config.run().name() + "." + run.lineage.stage(),
              model
                  .newJobFacetsBuilder()
                  .jobType(model.newJobTypeJobFacet("BATCH", "GEOLOCSFT", "STAGE", null))
                  .build());
      client
          .get()
          .emit(
              model.newRunEvent(
                  ZonedDateTime.now(ZoneOffset.UTC),
                  type,
                  model.newRun(run.id, facets.build()),
                  job,
                  datasets.inputs(run.lineage),
                  datasets.outputs(outputs)));
    } catch (IOException | RuntimeException e) {
      LOG.warn("OpenLineage is not told that stage {} is at {}", run.lineage.stage(), type, e);
    }
  }

  @Override
  public void close() {
    try {
      if (client.isPresent()) {
        client.get().close();
      }
    } catch (Exception e) {
      LOG.warn("OpenLineage may not have been told all", e);
    }
  }
}
