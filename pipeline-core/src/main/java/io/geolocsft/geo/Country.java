package io.geolocsft.geo;

/**
 * A country or territory.
 *
 * @param code ISO 3166-1 alpha-2, or a user-assigned code where ISO has none
 * @param name English name
 * @param continent English name of its continent, empty if not known
 */
public record Country(String code, String name, String continent) {

  public Country {
    if (code.isBlank()) {
      throw new IllegalArgumentException("A country needs a code");
    }
  }

  /** Whether that is its code or its name, in capitals or not. */
  boolean isCalled(String codeOrName) {
    return code.equalsIgnoreCase(codeOrName) || name.equalsIgnoreCase(codeOrName);
  }
}
