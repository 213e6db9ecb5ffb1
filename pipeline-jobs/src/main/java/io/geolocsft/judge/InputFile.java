package io.geolocsft.judge;

import java.util.Map;
import java.util.Optional;

/**
 * A file as the user names it.
 *
 * @param location a path or a URI
 * @param columns that are named; others are found by their usual names
 * @param name of the model of predictions that do not name it themselves
 */
public record InputFile(String location, Map<InputColumn, String> columns, Optional<String> name) {}
