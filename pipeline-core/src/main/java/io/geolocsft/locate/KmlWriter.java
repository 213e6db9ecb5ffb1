package io.geolocsft.locate;

import io.geolocsft.aggregate.Aggregate;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.PlaceNames;
import java.io.IOException;
import java.io.Writer;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * KML 2.2 (OGC 07-147r2), as Google Earth and GIS programs open it: a placemark a photograph,
 * longitude first. One without an answer has no point, and says why.
 */
final class KmlWriter implements LocatedWriter {

  private static final char REPLACEMENT = '\uFFFD';

  private final Writer out;
  private final XMLStreamWriter xml;

  KmlWriter(Writer out) throws IOException {
    this.out = out;
    try {
      xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("kml");
      xml.writeDefaultNamespace("http://www.opengis.net/kml/2.2");
      xml.writeStartElement("Document");
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void write(LocatedImage image) throws IOException {
    try {
      xml.writeStartElement("Placemark");
      element("name", image.image());
      element("description", description(image));
      if (image.answer().isPresent()) {
        GeoPoint point = image.answer().get().point();
        xml.writeStartElement("Point");
        element("coordinates", point.longitude() + "," + point.latitude());
        xml.writeEndElement();
      }
      xml.writeEndElement();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
  }

  private static String description(LocatedImage image) {
    return image
        .problem()
        .map(LocatedImage.Problem::message)
        .orElseGet(
            () -> image.names().map(PlaceNames::line).orElse(image.status()) + radius(image));
  }

  private static String radius(LocatedImage image) {
    return image
        .radii()
        .map(
            radii ->
                String.format(
                    Locale.ROOT,
                    " (within %.0f km for 90 %% of images like those of its calibration)",
                    radii.km90()))
        .or(() -> image.answer().filter(answer -> answer.radiusKm() > 0).map(KmlWriter::spread))
        .orElse("");
  }

  private static String spread(Aggregate answer) {
    return String.format(
        Locale.ROOT, " (half of the candidates within %.0f km)", answer.radiusKm());
  }

  private void element(String name, String text) throws XMLStreamException {
    xml.writeStartElement(name);
    xml.writeCharacters(legal(text));
    xml.writeEndElement();
  }

  /** XML 1.0 has no way to write control characters and lone surrogates. */
  private static String legal(String text) {
    StringBuilder legal = new StringBuilder(text.length());
    text.codePoints().map(KmlWriter::legal).forEach(legal::appendCodePoint);
    return legal.toString();
  }

  private static int legal(int c) {
    boolean isControl = c < ' ' && c != '\t' && c != '\n' && c != '\r';
    boolean isLone = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    return isControl || isLone || c == 0xFFFE || c == 0xFFFF ? REPLACEMENT : c;
  }

  @Override
  public void close() throws IOException {
    try {
      xml.writeEndDocument();
      xml.flush();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
    out.write("\n");
    out.flush();
  }
}
