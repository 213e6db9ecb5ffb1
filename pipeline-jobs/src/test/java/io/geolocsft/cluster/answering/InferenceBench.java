package io.geolocsft.cluster.answering;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.Iterators;
import com.google.common.collect.Lists;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.cluster.answering.Answering.Answerer;
import io.geolocsft.cluster.answering.Answering.Query;
import io.geolocsft.cluster.answering.Answering.Reply;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.prompt.GemmaTokenizer;
import io.geolocsft.prompt.PromptEncoder;
import io.geolocsft.prompt.PromptLayout;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * Our side of {@code run/bench inference}: answers for a folder of images as often as it is asked
 * to on standard input, a line each of candidates, a prompt's length and the number of images, and
 * says in JSON how long it took, how much of that the model waited for images, what it answered,
 * and the tokens of the prompt.
 */
final class InferenceBench {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BATCH = 32;
  private static final int NEW_TOKENS = 32;
  private static final int IMAGE_TOKENS = 16;

  private final Path model;
  private final List<Path> images;

  private InferenceBench(Path model, List<Path> images) {
    this.model = model;
    this.images = images;
  }

  /**
   * @param arguments folders of the model and of the images
   */
  public static void main(String[] arguments) throws Exception {
    try (Stream<Path> files = Files.list(Path.of(arguments[1]));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      InferenceBench bench = new InferenceBench(Path.of(arguments[0]), files.sorted().toList());
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ");
        System.out.println(
            bench.round(
                Integer.parseInt(words[0]),
                Integer.parseInt(words[1]),
                Integer.parseInt(words[2])));
      }
    }
  }

  private ObjectNode round(int candidates, int promptTokens, int count) throws Exception {
    ObjectNode said = JSON.createObjectNode();
    PipelineConfig config = config(candidates, prompt(promptTokens, said));
    Answering answering =
        new Answering(
            ModelSpec.base(config.model(), 1),
            List.of(new Answerer("base", true)),
            "cpu",
            config.examples(),
            config.infer(),
            1,
            new ImageBytes(new Configuration(), DecodeLimits.DEFAULT.maxBytes()));
    Iterator<List<Query>> batches =
        Iterators.transform(
            Lists.partition(images.subList(0, count), BATCH).iterator(),
            batch -> batch.stream().map(InferenceBench::query).toList());
    long start = System.nanoTime();
    try (ModelStream<Reply> replies = ModelStream.answers(answering, batches)) {
      while (replies.hasNext()) {
        for (Reply reply : replies.next()) {
          said.withArray("/texts").add(reply.candidates().get("base").get(0).text());
        }
      }
      WaitingClock.Times times = replies.clock().take();
      said.put("waited", times.waited() / 1e3);
    }
    return said.put("seconds", (System.nanoTime() - start) / 1e9);
  }

  private static Query query(Path image) {
    return new Query(image.getFileName().toString(), image.toUri().getPath(), null);
  }

  private PipelineConfig config(int candidates, String prompt) {
    return ConfigReader.parse(
        "run: {name: bench}\ningest: {images: .}\n",
        "model.path=" + model,
        "model.dtype=float32",
        "examples.prompt=" + prompt,
        "examples.layout=prompt_first",
        "infer.candidates=" + candidates,
        "infer.batch_size=" + BATCH,
        "infer.max_new_tokens=" + NEW_TOKENS,
        "infer.constrained=false");
  }

  /** A text so long that the whole prompt has about that many tokens. */
  private String prompt(int tokens, ObjectNode said) throws Exception {
    try (GemmaTokenizer tokenizer = GemmaTokenizer.load(model)) {
      PromptEncoder encoder =
          new PromptEncoder(tokenizer, IMAGE_TOKENS, PromptLayout.of("prompt_first"));
      StringBuilder text = new StringBuilder("Where was this image taken?");
      while (encoder.prompt(text.toString()).length < tokens) {
        text.append(" Look at roads, signs and plants.");
      }
      for (int token : encoder.prompt(text.toString())) {
        said.withArray("/prompt").add(token);
      }
      return text.toString();
    }
  }
}
