package io.geolocsft.sft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training in a process that is given less memory than its micro-batch takes. */
class TestOutOfMemory {

  @TempDir private Path folder;

  @Test
  void theMicroBatchIsHalvedAndTheStepsStayTheSame() throws Exception {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                CrampedTraining.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    // Arrays are given back to the system one by one, so that what is free is no matter of luck.
    builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(output)
        .content()
        .contains("memory ran out, so the micro-batch is 64")
        .contains("micro-batch 8", "the same steps");
  }
}
