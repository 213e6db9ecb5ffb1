package io.geolocsft.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.endpoint.Transport.Response;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestReplyReader {

  private final ReplyReader reader = new ReplyReader(new ServerWords("sk-1"));

  private EndpointReply read(String type, String body) throws Exception {
    return reader.read(
        new Response(
            200,
            HttpHeaders.of(Map.of("Content-Type", List.of(type)), (name, value) -> true),
            body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }

  private EndpointReply read(String body) throws Exception {
    return read("application/json", body);
  }

  @Test
  void textAndCounts() throws Exception {
    EndpointReply reply =
        read(
            "{'choices':[{'index':0,'message':{'role':'assistant','content':'Löwe'},"
                + "'logprobs':{'content':[{'token':'a','logprob':-0.5},{'logprob':-0.25}]},"
                + "'finish_reason':'stop'}],"
                + "'usage':{'prompt_tokens':70,'completion_tokens':9}}");
    EndpointAnswer answer = reply.answers().get(0);
    assertThat(answer.text()).isEqualTo("Löwe");
    assertThat(answer.logProbability().orElseThrow()).isCloseTo(-0.75, within(1e-12));
    assertThat(answer.isTruncated()).isFalse();
    assertThat(reply.promptTokens()).isEqualTo(70);
    assertThat(reply.completionTokens()).isEqualTo(9);
  }

  @Test
  void reasoningIsKeptApart() throws Exception {
    assertThat(read("{'choices':[{'message':{'content':'A','reasoning_content':'B'}}]}").answers())
        .extracting(EndpointAnswer::text, EndpointAnswer::reasoning)
        .containsExactly(tuple("A", "B"));
    assertThat(read("{'choices':[{'message':{'content':'A','reasoning':'C'}}]}").answers())
        .extracting(EndpointAnswer::reasoning)
        .containsExactly("C");
  }

  @Test
  void contentInParts() throws Exception {
    assertThat(
            read("{'choices':[{'message':{'content':[{'type':'thinking','thinking':[]},"
                    + "{'type':'text','text':'A'},'B']}}]}")
                .answers())
        .extracting(EndpointAnswer::text)
        .containsExactly("AB");
  }

  @Test
  void anAnswerThatWasCutOffIsMarked() throws Exception {
    EndpointReply reply =
        read(
            "{'choices':[{'message':{'content':null,'reasoning':'so long'},"
                + "'finish_reason':'length'}]}");
    assertThat(reply.answers().get(0).isTruncated()).isTrue();
    assertThat(reply.isEmpty()).isFalse();
  }

  @Test
  void anEmptyAnswerIsOne() throws Exception {
    assertThat(read("{'choices':[{'message':{'content':' '},'finish_reason':'stop'}]}").isEmpty())
        .isTrue();
  }

  @Test
  void probabilitiesThatAreNone() throws Exception {
    for (String tokens :
        List.of("null", "{'content':null}", "{'content':[]}", "{'content':[{}]}")) {
      assertThat(
              read("{'choices':[{'message':{'content':'A'},'logprobs':" + tokens + "}]}")
                  .answers()
                  .get(0)
                  .logProbability())
          .isEmpty();
    }
  }

  @Test
  void aFilterThatHoldsTheAnswerBack() {
    assertThatThrownBy(
            () -> read("{'choices':[{'message':{'content':null,'refusal':'I cannot, sk-1'}}]}"))
        .isInstanceOf(RefusedRequestException.class)
        .hasMessageContaining("I cannot, ***");
    assertThatThrownBy(() -> read("{'choices':[{'message':{},'finish_reason':'content_filter'}]}"))
        .isInstanceOf(RefusedRequestException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "<html>sk-1 please log in</html>",
        "{'choices':[]}",
        "{'choices':{}}",
        "{'error':'sk-1'}",
        "{'choices':[{'message':{'content':'A'}}",
      })
  void whatIsNoAnswer(String body) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOf(FailedCall.class)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("sk-1"));
  }

  @Test
  void anAnswerInPieces() throws Exception {
    EndpointReply reply =
        read(
            "text/event-stream; charset=utf-8",
            ": a comment\r\n"
                + "data: {'choices':[{'index':0,'delta':{'role':'assistant'}}]}\r\n\r\n"
                + "data: {'choices':[{'index':1,'delta':{'content':'C'},'finish_reason':'length'}]}\n\n"
                + "event: x\ndata:{'choices':[{'index':0,'delta':{'content':'A','reasoning':'r'},"
                + "'logprobs':{'content':[{'logprob':-1}]}}]}\n\n"
                + "data: {'choices':[{'index':0,'delta':{'content':'B'},"
                + "'logprobs':{'content':[{'logprob':-2}]}}]}\n\n"
                + "data: {'choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}\n\n"
                + "data: {'choices':[],'usage':{'prompt_tokens':3,'completion_tokens':4}}\n\n"
                + "data: [DONE]\n\n");
    assertThat(reply.answers()).extracting(EndpointAnswer::text).containsExactly("AB", "C");
    assertThat(reply.answers().get(0).logProbability().orElseThrow()).isEqualTo(-3);
    assertThat(reply.answers().get(0).reasoning()).isEqualTo("r");
    assertThat(reply.answers().get(1).isTruncated()).isTrue();
    assertThat(reply.promptTokens()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "data: {'choices':[{'index':0,'delta':{'content':'A'}}]}\n\n",
        "data: {'choices':[{'index':0,'delta':{'content':'A'},'finish_reason':'stop'}]}\n\n"
            + "data: {'error':'out of memory'}\n\n",
        "data: {'choices':[{'index'",
      })
  void piecesOfWhichTheEndIsMissing(String body) {
    assertThatThrownBy(() -> read("text/event-stream", body)).isInstanceOf(FailedCall.class);
  }
}
