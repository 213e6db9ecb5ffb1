package io.geolocsft.caption;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How an answer that was to be a caption is judged.
 *
 * @param ruling what becomes of it
 * @param detail why, empty for one that is accepted
 * @param caption the object in it; null unless it is accepted
 */
public record CaptionVerdict(Ruling ruling, String detail, ObjectNode caption) {

  static CaptionVerdict accepted(ObjectNode caption) {
    return new CaptionVerdict(Ruling.ACCEPTED, "", caption);
  }

  static CaptionVerdict rejected(Ruling ruling, String detail) {
    return new CaptionVerdict(ruling, detail, null);
  }

  public boolean isAccepted() {
    return ruling == Ruling.ACCEPTED;
  }
}
