package io.geolocsft.caption;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.prompt.PromptLayout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TestConversationLayout {

  /** The records of LLaMA-Factory's data/mllm_demo.json have these fields. */
  @Test
  void fieldsAreThoseOfTheOthers() {
    assertThat(
            ConversationLayout.LLAMA_FACTORY.record(
                "a.jpg", "Where?", PromptLayout.IMAGE_FIRST, "1, 2"))
        .hasToString(
            "{'messages':[{'role':'user','content':'<image>Where?'},{'role':'assistant','content':'1, 2'}],'images':['a.jpg']}"
                .replace('\'', '"'));
    assertThat(
            ConversationLayout.SHAREGPT.record(
                "a.jpg", "Where?", PromptLayout.PROMPT_FIRST, "1, 2"))
        .hasToString(
            "{'conversations':[{'from':'human','value':'Where?<image>'},{'from':'gpt','value':'1, 2'}],'images':['a.jpg']}"
                .replace('\'', '"'));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsReadAgain(ConversationLayout layout) throws IOException {
    CaptionIndex captions = new CaptionIndex(List.of("drive/a b.jpg"));
    ObjectNode record =
        layout.record("/data/drive/a b.jpg", "Where?", PromptLayout.IMAGE_FIRST, "Line\n\"two\"");
    CaptionFile.read(
        new ByteArrayInputStream(record.toString().getBytes(StandardCharsets.UTF_8)),
        "x",
        captions);
    assertThat(captions.text("drive/a b.jpg")).contains("Line\n\"two\"");
  }
}
