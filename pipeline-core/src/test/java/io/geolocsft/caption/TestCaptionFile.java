package io.geolocsft.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.json.UnusableFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestCaptionFile {

  private final CaptionIndex captions = new CaptionIndex(List.of("drive/a b.jpg", "drive/c.png"));

  private void read(String text) throws IOException {
    CaptionFile.read(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "file.json", captions);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'image': 'drive/a b.jpg', 'caption': 'Text'}",
        "{'image_id': 'a b.jpg', 'caption': 'Text'}",
        "{'messages': [{'role': 'system', 'content': 'x'}, {'role': 'user', 'content': '<image>Where?'}, {'role': 'assistant', 'content': 'Text'}], 'images': ['/data/drive/a b.jpg']}",
        "{'messages': [{'role': 'assistant', 'content': 'no'}, {'role': 'user', 'content': 'Where?'}, {'role': 'assistant', 'content': [{'type': 'text', 'text': 'Te'}, {'type': 'text', 'text': 'xt'}]}], 'images': 'a b.jpg'}",
        "{'conversations': [{'from': 'human', 'value': '<image>'}, {'from': 'gpt', 'value': 'Text'}], 'images': ['a b.jpg']}",
        "{'id': '17', 'conversations': [{'from': 'human', 'value': '<image>'}, {'from': 'gpt', 'value': 'Text'}], 'image': 'C:\\\\data\\\\drive\\\\a b.jpg'}",
        "{'instruction': 'Where?', 'input': '', 'output': 'Text', 'images': ['a b']}"
      })
  void layoutsOfOthersAreRead(String layout) throws IOException {
    String line = layout.replace('\'', '"');
    for (String text :
        List.of(line, "\ufeff" + line, "[" + line + "]", line + "\n" + line, line + "\r\n\n")) {
      read(text);
      assertThat(captions.text("drive/a b.jpg")).contains("Text");
      assertThat(captions.text("drive/c.png")).isEmpty();
    }
    assertThat(captions.unknown()).isZero();
  }

  @Test
  void objectsStayJson() throws IOException {
    read("{\"image\": \"c.png\", \"caption\": {\"thinking\": {}, \"answer\": 1.50}}");
    assertThat(captions.text("drive/c.png")).contains("{\"thinking\":{},\"answer\":1.5}");
  }

  @Test
  void emptyFilesHoldNone() throws IOException {
    read("");
    read("[]");
    assertThat(captions.text("drive/c.png")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'image': 'a'}|record 1 (line 1) has no caption",
        "{'caption': 'a'}|record 1 (line 1) names no image; expected one of image, images",
        "{'images': ['a', 'b'], 'caption': 'c'}|must name one image",
        "[1]|record 1 (line 1) names no image",
        "{'image': 'a', 'caption': 'b'} {'image'|file.json is not valid JSON at line 1",
        "{'image': 'a', 'messages': [{'role': 'user', 'content': 'x'}]}|has no caption"
      })
  void whatIsNoCaptionIsNamed(String text, String problem) {
    assertThatThrownBy(() -> read(text.replace('\'', '"')))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void twoCaptionsOfAnImageAreOneTooMany() throws IOException {
    read("{\"image\": \"c.png\", \"caption\": \"one\"}");
    assertThatThrownBy(() -> read("{\"image\": \"drive/c.png\", \"caption\": \"two\"}"))
        .hasMessageContaining("two captions of drive/c.png, as 'c.png' and as 'drive/c.png'");
  }

  @Test
  void namesOfTwoImagesFindNeither() throws IOException {
    CaptionIndex same = new CaptionIndex(List.of("a/1.jpg", "b/1.jpg"));
    same.add(new GivenCaption("1.jpg", "x"));
    same.add(new GivenCaption("a/1.png", "y"));
    assertThat(same.unknown()).isEqualTo(1);
    assertThat(same.text("a/1.jpg")).contains("y");
  }
}
