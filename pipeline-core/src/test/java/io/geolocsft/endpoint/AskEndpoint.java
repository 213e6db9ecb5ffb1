package io.geolocsft.endpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.endpoint.EndpointRequest.Photo;
import io.geolocsft.endpoint.EndpointRequest.Text;
import io.geolocsft.generate.Sampling;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.image.ImageDecoder;
import io.geolocsft.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks a real endpoint about images from several threads, for check_endpoint.py, which starts this
 * file as a program. Prints a line of JSON for each image; what the server does not take goes to
 * standard error.
 *
 * <pre>AskEndpoint URL MODEL THREADS CANDIDATES FOLDER IMAGE ...</pre>
 *
 * FOLDER takes the JPEG files as they were sent.
 */
final class AskEndpoint {

  private static final int SEED = 42;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EndpointClient client;
  private final ImageForm form;
  private final int candidates;
  private final Path folder;

  private AskEndpoint(EndpointClient client, ImageForm form, int candidates, Path folder) {
    this.client = client;
    this.form = form;
    this.candidates = candidates;
    this.folder = folder;
  }

  public static void main(String[] args) throws Exception {
    ImageForm form = ImageForm.within(64, 95);
    int atOnce = Integer.parseInt(args[2]);
    EndpointSettings settings =
        EndpointSettings.of(args[0], args[1])
            .withPace(atOnce, 0)
            .withLimits(Duration.ofMinutes(1), Duration.ofMinutes(10))
            .withImages(form);
    ExecutorService threads = Executors.newFixedThreadPool(atOnce);
    try (EndpointClient client = EndpointClient.open(settings, System.err::println)) {
      AskEndpoint program =
          new AskEndpoint(client, form, Integer.parseInt(args[3]), Path.of(args[4]));
      List<Future<?>> asked =
          Arrays.stream(args)
              .skip(5)
              .<Future<?>>map(image -> threads.submit(() -> program.ask(Path.of(image))))
              .toList();
      for (Future<?> each : asked) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private Void ask(Path file) throws Exception {
    RgbImage image = ImageDecoder.decode(file, DecodeLimits.DEFAULT);
    Path sent = folder.resolve(file.getFileName());
    Files.write(sent, form.jpeg(image));
    Sampling sampling = new Sampling(candidates, 1, 64, 0.95, 30);
    EndpointReply reply =
        client.ask(
            EndpointRequest.of(
                List.of(new Photo(image), new Text("Where was this photograph taken?")),
                sampling,
                SEED));
    List<String> texts = reply.answers().stream().map(EndpointAnswer::text).toList();
    System.out.println(JSON.writeValueAsString(Map.of("sent", sent.toString(), "texts", texts)));
    return null;
  }
}
