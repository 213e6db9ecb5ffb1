package io.geolocsft.tracking;

import com.google.common.io.ByteSource;
import io.geolocsft.files.HadoopFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.mlflow.tracking.creds.MlflowHostCreds;

/** Where a run of MLflow keeps its files. */
@FunctionalInterface
interface MlflowArtifacts {

  /** Writes a file, in place of what was there. */
  void put(String path, ByteSource bytes) throws IOException, InterruptedException;

  /**
   * The place that a server names: with itself, or on a file system that this process reaches, too.
   *
   * @param uri of a run's artifacts
   * @param server that is tracking the run
   * @param hadoop has the settings of the file systems
   */
  static MlflowArtifacts at(String uri, MlflowHostCreds server, Configuration hadoop)
      throws IOException {
    if (uri.startsWith("mlflow-artifacts:")) {
      return new ServedArtifacts(URI.create(uri), server);
    }
    // A path alone is a local one, and S3 has another name with Hadoop.
    String location = uri.startsWith("/") ? "file:" + uri : uri.replaceFirst("^s3:", "s3a:");
    HadoopFiles folder = HadoopFiles.below(location, hadoop);
    return (path, bytes) -> {
      try (OutputStream out = folder.create(path)) {
        bytes.copyTo(out);
      }
    };
  }
}
