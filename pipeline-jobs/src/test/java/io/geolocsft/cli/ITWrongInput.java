package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ObjectArrays;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.geolocsft.FullFileSystem;
import io.geolocsft.cli.TinyRun.Call;
import io.geolocsft.failure.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user does wrong, and the one message that answers it. */
class ITWrongInput {

  private static TinyRun tiny;

  @TempDir Path folder;

  @BeforeAll
  static void makeInputs() throws IOException {
    tiny = TinyRun.shared();
  }

  @BeforeEach
  void makeWrongInputs() throws IOException {
    Files.createDirectories(folder.resolve("empty"));
    Files.writeString(folder.resolve("broken.csv"), "file,lat,lon\na.jpg,1,2\nb.jpg,3,4\n");
    Path broken = Files.createDirectories(folder.resolve("broken"));
    Files.writeString(broken.resolve("a.jpg"), "no image");
    Files.write(broken.resolve("b.jpg"), new byte[] {(byte) 0xff, (byte) 0xd8, 0, 0});
    copyModel("truncated");
    Path weights = folder.resolve("truncated/model.safetensors");
    Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 5_000));
    copyModel("weightless");
    Files.delete(folder.resolve("weightless/model.safetensors"));
    copyModel("other");
    Path config = folder.resolve("other/config.json");
    Files.writeString(config, Files.readString(config).replace("gemma3\"", "llama\""));
    copyModel("textual");
    Path textual = folder.resolve("textual/config.json");
    Files.writeString(textual, textual(Files.readString(textual)));
    Path taken = Files.createDirectories(folder.resolve("taken"));
    Files.writeString(taken.resolve("run.json"), "{\"run\": \"holidays\"}");
  }

  /** The language model alone. */
  private static String textual(String config) throws IOException {
    ObjectMapper json = new ObjectMapper();
    return json.writeValueAsString(json.readTree(config).path("text_config"));
  }

  private void copyModel(String name) throws IOException {
    Path model = tiny.folder().resolve("model");
    Path copy = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
  }

  static List<Arguments> cases() {
    return List.of(
        of("unknown key", 2, "run --set sft.rnk=8", "sft.rnk", "did you mean sft.rank?"),
        of("wrong type", 2, "run --set select.count=many", "select.count: \"many\"", "allowed:"),
        of("value out of range", 2, "run --set sft.rank=0", "sft.rank: \"0\"", "allowed:"),
        of(
            "missing column",
            3,
            "run --set ingest.columns.latitude=breite",
            "breite",
            "ingest.columns.latitude"),
        of(
            "empty folder",
            3,
            "run --set ingest.images=HERE/empty --set ingest.table=",
            "HERE/empty",
            "ingest.images"),
        of("no folder", 2, "run --set ingest.images=HERE/none", "HERE/none"),
        of("no table", 2, "run --set ingest.table=HERE/none.csv", "HERE/none.csv"),
        of(
            "unreadable images only",
            3,
            "run --set ingest.images=HERE/broken --set ingest.table=HERE/broken.csv"
                + " --set ingest.columns.captured_at= --set ingest.columns.sequence_id="
                + " --set ingest.columns.author=",
            "2 of 2 images of 'train'",
            "ingest.max_error_share"),
        of("more pairs than images", 3, "select --set select.count=5000", "5000", "select.count"),
        of("missing model folder", 2, "run --set model.path=HERE/none", "HERE/none", "model.path"),
        of("missing model file", 2, "run --set model.path=HERE/empty", "model.path", "tokenizer"),
        of(
            "missing weights",
            2,
            "run --set model.path=HERE/weightless",
            "HERE/weightless",
            "model.safetensors"),
        of(
            "broken weights",
            3,
            "sft --set model.path=HERE/truncated",
            "HERE/truncated/model.safetensors",
            "model.path"),
        of("another model", 3, "infer --set model.path=HERE/other", "HERE/other", "'llama'"),
        of(
            "another run's folder",
            2,
            "run --output HERE/taken",
            "HERE/taken",
            "'holidays'",
            "choose another --output"));
  }

  static List<Arguments> untimely() {
    return List.of(
        of("no GPU", 2, "--set model.device=cuda", "model.device"),
        of("ranks in one process", 2, "--set sft.ranks=2", "sft.ranks"),
        of(
            "a text model",
            2,
            "--set model.path=HERE/textual",
            "HERE/textual",
            "cannot read images"),
        of("broken weights", 3, "--set model.path=HERE/truncated", "model.safetensors"),
        of("missing column", 3, "--set ingest.columns.latitude=breite", "breite"),
        of("no areas", 3, "--set bin.countries=HERE/broken.csv", "HERE/broken.csv"),
        of("no room", 2, "--set infer.max_new_tokens=4", "infer.max_new_tokens"));
  }

  /** What a later stage would fail of is told at once, by a dry run too. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("untimely")
  void isToldBeforeTheFirstStage(String name, int code, String line, List<String> messages)
      throws IOException {
    String[] settings = line.replace("HERE", here()).split(" ");
    Path output = folder.resolve("early");
    for (String[] call : List.of(new String[] {"--dry-run"}, new String[0])) {
      Call ended =
          tiny.callInto(
              output.toString(), "run", ObjectArrays.concat(call, settings, String.class));
      assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
      isOneMessage(ended.err());
      messages.forEach(words -> assertThat(ended.err()).contains(words.replace("HERE", here())));
      assertThat(ended.err()).doesNotContain("running");
    }
    assertThat(output.resolve("tables")).doesNotExist();
  }

  private static Arguments of(String name, int code, String call, String... messages) {
    return Arguments.of(name, code, call, List.of(messages));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isAnsweredInOneMessage(
      String name, int code, String line, List<String> messages, TestInfo test) throws IOException {
    List<String> words = new ArrayList<>(List.of(line.replace("HERE", here()).split(" ")));
    int output = words.indexOf("--output");
    String place = output < 0 ? output(words.get(0), name).toString() : words.remove(output + 1);
    words.remove("--output");
    Call call =
        tiny.callInto(place, words.get(0), words.subList(1, words.size()).toArray(String[]::new));
    assertThat(call.code()).as(test.getDisplayName() + call).isEqualTo(code);
    isOneMessage(call.err());
    for (String message : messages) {
      assertThat(call.err()).contains(message.replace("HERE", here()));
    }
  }

  private String here() {
    return folder.toString();
  }

  /** A single stage gets what those before it made. */
  private Path output(String command, String name) throws IOException {
    return command.equals("run")
        ? folder.resolve("out")
        : tiny.copyOfFinished("wrong-" + name.replace(' ', '-'));
  }

  private static void isOneMessage(String err) {
    assertThat(err.lines().filter(line -> line.startsWith("error: "))).hasSize(1);
    assertThat(err).doesNotContain("\tat ", "This is a bug", "Exception");
  }

  @Test
  void someUnreadableImagesAreRowsAndNoFailure() throws IOException {
    tiny.finished();
    Path images = Files.createDirectories(folder.resolve("mixed"));
    StringBuilder table = new StringBuilder("file,lat,lon\nbad.jpg,1,2\n");
    Files.writeString(images.resolve("bad.jpg"), "no image");
    try (Stream<Path> files = Files.walk(tiny.folder().resolve("input/photos/images"))) {
      for (Path file : files.filter(Files::isRegularFile).limit(9).toList()) {
        Files.copy(file, images.resolve(file.getFileName()));
        table.append(file.getFileName()).append(",50,").append(table.length()).append('\n');
      }
    }
    Files.writeString(folder.resolve("mixed.csv"), table);
    Path output = folder.resolve("out");
    Call call =
        tiny.call(
            output,
            "ingest",
            "--set=ingest.images=" + images,
            "--set=ingest.table=" + folder.resolve("mixed.csv"),
            "--set=ingest.columns.captured_at=",
            "--set=ingest.columns.sequence_id=",
            "--set=ingest.columns.author=");
    assertThat(call.code()).as(call.toString()).isZero();
    assertThat(new PublishedTable(output, "errors_ingest").rows().where("uri LIKE '%bad.jpg'"))
        .satisfies(rows -> assertThat(rows.count()).isEqualTo(1));
  }

  @Test
  void aTrainingImageThatIsGoneIsNamed() throws IOException {
    Path output = tiny.copyOfFinished("lost");
    Row example = new PublishedTable(output, "examples").rows().orderBy("image_id").first();
    Path image = Path.of(URI.create(example.getAs("uri")));
    // With what was seen of it before, nobody would open it.
    MoreFiles.deleteRecursively(output.resolve(".cache"), RecursiveDeleteOption.ALLOW_INSECURE);
    Path aside = Files.move(image, folder.resolve("aside.jpg"));
    try {
      Call call = tiny.call(output, "sft", "--force");
      assertThat(call.code()).as(call.toString()).isEqualTo(ExitCode.DATA);
      isOneMessage(call.err());
      assertThat(call.err())
          .contains("image " + example.getAs("image_id") + " can", example.getAs("uri"))
          .endsWith(": restore " + example.getAs("uri") + ", or run the stage ingest again\n");
    } finally {
      Files.move(aside, image);
    }
  }

  @Test
  void aFullDiskIsNamedAndWhatWasThereStays() throws IOException {
    System.setProperty("spark.hadoop.fs.full.impl", FullFileSystem.class.getName());
    System.setProperty("full", "true");
    try {
      Call call = tiny.callInto("full://" + folder.resolve("disk"), "ingest");
      assertThat(call.code()).as(call.toString()).isEqualTo(ExitCode.ENVIRONMENT);
      isOneMessage(call.err());
      assertThat(call.err()).contains("No space left on device", "--output");
    } finally {
      System.clearProperty("full");
      System.clearProperty("spark.hadoop.fs.full.impl");
    }
  }

  @Test
  void aPrintedErrorOfTheProgramStandsAlone() throws Exception {
    Path output = tiny.copyOfFinished("alone");
    Call call =
        tiny.fork(output, "sft", "--set", "model.path=" + folder.resolve("truncated")).ended();
    assertThat(call.code()).as(call.toString()).isEqualTo(ExitCode.DATA);
    isOneMessage(call.err());
  }
}
