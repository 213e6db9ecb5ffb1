package io.geolocsft.cluster;

import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.ImageBytes;
import java.io.Serializable;

/**
 * What all ranks of a training run share.
 *
 * @param files of the run, where checkpoints, log and result go; driver and ranks see them
 * @param features where those of the vision tower are kept; driver and ranks see them, too
 * @param id of the run, for the log
 * @param name what the log calls the run
 */
public record RankRun(
    long seed, ImageBytes images, HadoopFiles files, HadoopFiles features, String id, String name)
    implements Serializable {}
