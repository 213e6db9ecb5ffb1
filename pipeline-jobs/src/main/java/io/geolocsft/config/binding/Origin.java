package io.geolocsft.config.binding;

import java.nio.file.Path;

/**
 * Where a value was set.
 *
 * @param name as the user knows it: a file, {@code --set sft.rank=8}, an environment variable
 * @param folder where a relative path in the value starts
 */
public record Origin(String name, Path folder) {}
