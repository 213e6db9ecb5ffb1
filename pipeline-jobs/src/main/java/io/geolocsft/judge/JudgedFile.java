package io.geolocsft.judge;

import io.geolocsft.image.naming.IdRule;
import java.util.List;

/**
 * A file of predictions that was judged.
 *
 * @param location where it is
 * @param columns that were read of it, in words
 * @param models whose answers it holds
 * @param rule by which names of images were compared
 * @param rows how many answers it holds
 * @param unknown how many of them are about no image of the truth
 * @param examples names in the first of those
 */
public record JudgedFile(
    String location,
    String columns,
    List<String> models,
    IdRule rule,
    long rows,
    long unknown,
    List<String> examples) {}
