package io.geolocsft.cli.pipeline;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.stage.CodeHash;
import picocli.CommandLine.IVersionProvider;

/** Tells one build of the program from another, in manifests and for {@code --version}. */
public final class CodeVersion implements IVersionProvider {

  private static final String OURS = "io/geolocsft/";

  @Override
  public String[] getVersion() {
    return new String[] {"geolocsft " + current()};
  }

  /** 8 hex digits. */
  static String current() {
    return CodeHash.of(name -> name.startsWith(OURS), PipelineConfig.class, GeoPoint.class);
  }
}
