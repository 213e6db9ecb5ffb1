package io.geolocsft.cli.judge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.judge.JudgedFile;
import io.geolocsft.judge.JudgedFiles;
import io.geolocsft.published.PublishedResult;
import java.util.List;

/** All that was judged as one object: shares in [0, 1], km; what is not known is left out. */
final class JudgedJson {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private JudgedJson() {}

  static String text(JudgedFiles judged, List<PublishedResult> published)
      throws JsonProcessingException {
    ObjectNode json =
        MAPPER
            .createObjectNode()
            .put("benchmark", judged.benchmark())
            .put("images", judged.images())
            .put("rows_without_coordinates", judged.without());
    for (Convention convention : judged.conventions()) {
      json.withArray("/conventions")
          .addObject()
          .put("name", convention.name())
          .put("description", convention.describe());
    }
    judged.files().forEach(file -> put(json.withArray("/predictions").addObject(), file));
    judged.figures().forEach(figure -> put(json.withArray("/figures").addObject(), figure));
    for (PublishedResult result : published) {
      put(json.withArray("/published").addObject(), result, judged);
    }
    return MAPPER.writeValueAsString(json);
  }

  private static void put(ObjectNode json, JudgedFile file) {
    json.put("file", file.location());
    file.models().forEach(json.withArray("/models")::add);
    json.put("id_rule", file.rule().toString())
        .put("rows", file.rows())
        .put("rows_of_no_image", file.unknown());
    file.examples().forEach(json.withArray("/images_not_in_truth")::add);
  }

  private static void put(ObjectNode json, Figure figure) {
    json.put("model", figure.model())
        .put("convention", figure.convention())
        .put("metric", figure.metric());
    figure.thresholdKm().ifPresent(km -> json.put("threshold_km", km));
    figure.status().ifPresent(status -> json.put("parse_status", status));
    json.put("value", figure.value());
    if (figure.interval().isKnown()) {
      json.put("ci_low", figure.interval().low())
          .put("ci_high", figure.interval().high())
          .put("resampling", figure.resampling());
    }
    figure.pValue().ifPresent(value -> json.put("p_value", value));
    json.put("n", figure.n());
  }

  private static void put(ObjectNode json, PublishedResult result, JudgedFiles judged) {
    json.put("method", result.method());
    result.paper().ifPresent(paper -> json.put("paper", paper));
    result.convention().ifPresent(name -> json.put("convention", name));
    result.images().ifPresent(images -> json.put("images", images));
    result
        .accuracy()
        .forEach(
            (km, share) ->
                json.withArray("/accuracy")
                    .addObject()
                    .put("threshold_km", km)
                    .put("value", share));
    for (Convention convention : judged.conventions()) {
      result
          .caveats(convention, judged.images())
          .forEach(json.withArray("/caveats/" + convention.name())::add);
    }
  }
}
