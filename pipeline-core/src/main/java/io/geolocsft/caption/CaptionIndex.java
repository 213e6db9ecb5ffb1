package io.geolocsft.caption;

import io.geolocsft.image.naming.IdRule;
import io.geolocsft.json.UnusableFileException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Captions by the images that are wanted, whose files may call them otherwise. Each name is looked
 * for by the rules of {@link IdRule} in their order; a rule by which two wanted images have the
 * same name does not find either.
 */
public final class CaptionIndex {

  private final Map<IdRule, Map<String, String>> wanted = new EnumMap<>(IdRule.class);
  private final Map<String, GivenCaption> found = new HashMap<>();
  private long unknown;

  /**
   * @param imageIds those that captions are wanted for, each once
   */
  public CaptionIndex(Collection<String> imageIds) {
    for (IdRule rule : IdRule.values()) {
      Map<String, String> names = new HashMap<>();
      Set<String> ambiguous = new HashSet<>();
      for (String id : imageIds) {
        if (names.put(rule.key(id), id) != null) {
          ambiguous.add(rule.key(id));
        }
      }
      names.keySet().removeAll(ambiguous);
      wanted.put(rule, names);
    }
  }

  /**
   * Takes a caption, if its image is wanted.
   *
   * @throws UnusableFileException if another one of the same image says something else
   */
  public void add(GivenCaption caption) throws UnusableFileException {
    Optional<String> image = image(caption.image());
    if (image.isEmpty()) {
      unknown++;
      return;
    }
    GivenCaption earlier = found.putIfAbsent(image.get(), caption);
    if (earlier != null && !earlier.text().equals(caption.text())) {
      throw new UnusableFileException(
          "There are two captions of %s, as '%s' and as '%s': remove one"
              .formatted(image.get(), earlier.image(), caption.image()));
    }
  }

  private Optional<String> image(String name) {
    return wanted.entrySet().stream()
        .map(rule -> rule.getValue().get(rule.getKey().key(name)))
        .filter(id -> id != null)
        .findFirst();
  }

  /** The caption of an image. */
  public Optional<String> text(String imageId) {
    return Optional.ofNullable(found.get(imageId)).map(GivenCaption::text);
  }

  /** How many captions were of images that are not wanted. */
  public long unknown() {
    return unknown;
  }
}
