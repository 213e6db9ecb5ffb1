package io.geolocsft.cli.pipeline;

import io.geolocsft.stage.CodeHash;
import picocli.CommandLine.IVersionProvider;

/** Tells one build of the program from another, in manifests and for {@code --version}. */
public final class CodeVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"geolocsft " + CodeHash.ofProgram()};
  }
}
