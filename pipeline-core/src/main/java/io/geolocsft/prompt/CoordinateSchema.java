package io.geolocsft.prompt;

/** JSON schemas of answers with coordinates on Earth. */
final class CoordinateSchema {

  /** Latitude and longitude, and nothing else. */
  static final String PLAIN =
      """
      {
        "type": "object",
        "properties": {
          "latitude": {"type": "number", "minimum": -90, "maximum": 90},
          "longitude": {"type": "number", "minimum": -180, "maximum": 180}
        },
        "required": ["latitude", "longitude"],
        "additionalProperties": false
      }
      """;

  /** GeoLocSFT's form: thoughts, then the answer. */
  static final String GEOLOCSFT =
      """
      {
        "type": "object",
        "properties": {
          "thinking": {"type": "object"},
          "answer": {
            "type": "object",
            "properties": {
              "coordinates": {
                "type": "object",
                "properties": {
                  "latitude": {"type": "number", "minimum": -90, "maximum": 90},
                  "longitude": {"type": "number", "minimum": -180, "maximum": 180},
                  "region": {"type": "string"}
                },
                "required": ["latitude", "longitude"]
              },
              "final_location_confirmation": {"type": "object"}
            },
            "required": ["coordinates"]
          }
        },
        "required": ["thinking", "answer"]
      }
      """;

  private CoordinateSchema() {}
}
