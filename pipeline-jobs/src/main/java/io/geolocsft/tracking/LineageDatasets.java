package io.geolocsft.tracking;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.table.Lineage;
import io.geolocsft.table.Manifest;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.InputDataset;
import io.openlineage.client.OpenLineage.OutputDataset;
import io.openlineage.client.utils.DatasetIdentifier;
import io.openlineage.client.utils.filesystem.FilesystemDatasetUtils;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/**
 * Tables, folders and outside files as datasets of OpenLineage: named by where they lie, with the
 * id of their manifest as version.
 */
final class LineageDatasets {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final OpenLineage model;
  private final PipelineConfig config;
  private final TableStore tables;

  LineageDatasets(OpenLineage model, PipelineConfig config, TableStore tables) {
    this.model = model;
    this.config = config;
    this.tables = tables;
  }

  List<InputDataset> inputs(Lineage lineage) throws IOException {
    Map<String, InputDataset> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, String> input : new TreeMap<>(lineage.inputs()).entrySet()) {
      boolean isOutside = input.getKey().startsWith(Lineage.OUTSIDE);
      Optional<DatasetIdentifier> place =
          isOutside
              ? outside(input.getKey().substring(Lineage.OUTSIDE.length()))
              : place(input.getKey());
      place.ifPresent(
          found ->
              inputs.putIfAbsent(
                  found.toString(),
                  model
                      .newInputDatasetBuilder()
                      .namespace(found.getNamespace())
                      .name(found.getName())
                      .facets(facets(isOutside ? "" : input.getKey(), input.getValue()))
                      .build()));
    }
    return List.copyOf(inputs.values());
  }

  List<OutputDataset> outputs(List<String> names) {
    List<OutputDataset> outputs = new ArrayList<>();
    for (String name : names) {
      Optional<DatasetIdentifier> place = place(name);
      Optional<Manifest> manifest = tables.manifest(name);
      if (place.isPresent() && manifest.isPresent()) {
        outputs.add(
            model
                .newOutputDatasetBuilder()
                .namespace(place.get().getNamespace())
                .name(place.get().getName())
                .facets(facets(name, manifest.get().id()))
                .outputFacets(statistics(name, manifest.get()))
                .build());
      }
    }
    return outputs;
  }

  /** A file or folder that a setting names, in whole; a model has a fingerprint for each file. */
  private Optional<DatasetIdentifier> outside(String name) throws IOException {
    String setting =
        name.startsWith("model/") ? "model.path" : name.replaceAll("\\[(\\d+)]", ".$1");
    String value = SettingValues.of(config).values().getOrDefault(setting, "\"\"");
    String location = JSON.readTree(value).asText();
    return location.isEmpty()
        ? Optional.empty()
        : Optional.of(identified(HadoopFiles.below(location, tables.hadoop())));
  }

  private Optional<DatasetIdentifier> place(String name) {
    return tables.directory(name).map(LineageDatasets::identified);
  }

  private static DatasetIdentifier identified(HadoopFiles files) {
    return FilesystemDatasetUtils.fromLocation(new Path(files.folder()).toUri());
  }

  private OpenLineage.DatasetFacets facets(String name, String version) {
    OpenLineage.DatasetFacetsBuilder facets =
        model.newDatasetFacetsBuilder().version(model.newDatasetVersionDatasetFacet(version));
    Tables.named(name)
        .ifPresent(
            table ->
                facets
                    .schema(schema(table))
                    .documentation(model.newDocumentationDatasetFacet(table.about(), null)));
    return facets.build();
  }

  private OpenLineage.SchemaDatasetFacet schema(TableSchema table) {
    return model.newSchemaDatasetFacet(
        Stream.of(table.struct().fields())
            .map(
                field ->
                    model
                        .newSchemaDatasetFacetFieldsBuilder()
                        .name(field.name())
                        .type(field.dataType().simpleString())
                        .description(field.getComment().getOrElse(() -> null))
                        .build())
            .toList());
  }

  private OpenLineage.OutputDatasetOutputFacets statistics(String name, Manifest manifest) {
    return Tables.named(name)
        .map(
            table ->
                model
                    .newOutputDatasetOutputFacetsBuilder()
                    .outputStatistics(
                        model.newOutputStatisticsOutputDatasetFacet(
                            manifest.rowCount(), tables.bytes(table), null))
                    .build())
        .orElse(null);
  }
}
