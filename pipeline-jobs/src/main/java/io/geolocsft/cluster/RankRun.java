package io.geolocsft.cluster;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.ImageBytes;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

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
    implements Serializable {

  /** Writes what is finished into a folder of this machine. */
  @FunctionalInterface
  interface ResultWriter {
    void write(Path folder) throws IOException;
  }

  /** Stores what is finished, see {@link RankWork#RESULT}. */
  void store(ResultWriter result) throws IOException {
    Path made = Files.createTempDirectory("geolocsft-result");
    try {
      result.write(made);
      files.upload(made, RankWork.RESULT);
    } finally {
      MoreFiles.deleteRecursively(made, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
