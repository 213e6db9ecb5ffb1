package io.geolocsft.locate;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.geo.GeoPoint;
import java.io.IOException;
import java.io.Writer;

/**
 * GeoJSON (RFC 7946): a FeatureCollection with a feature a photograph, longitude first, and what is
 * known of it as properties. One without an answer has the geometry null.
 */
final class GeoJsonWriter implements LocatedWriter {

  private final JsonGenerator json;

  GeoJsonWriter(Writer out) throws IOException {
    json = LocatedJson.MAPPER.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.writeStartObject();
    json.writeStringField("type", "FeatureCollection");
    json.writeArrayFieldStart("features");
  }

  @Override
  public void write(LocatedImage image) throws IOException {
    ObjectNode feature = LocatedJson.MAPPER.createObjectNode().put("type", "Feature");
    if (image.answer().isPresent()) {
      GeoPoint point = image.answer().get().point();
      feature
          .putObject("geometry")
          .put("type", "Point")
          .putArray("coordinates")
          .add(point.longitude())
          .add(point.latitude());
    } else {
      feature.putNull("geometry");
    }
    feature.set("properties", LocatedJson.of(image));
    json.writeTree(feature);
  }

  @Override
  public void close() throws IOException {
    json.writeEndArray();
    json.writeEndObject();
    json.writeRaw('\n');
    json.close();
  }
}
