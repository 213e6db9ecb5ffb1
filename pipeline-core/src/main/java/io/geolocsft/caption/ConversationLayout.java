package io.geolocsft.caption;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.prompt.PromptLayout;

/** How other trainers have a question about an image and its answer as a record of JSON. */
public enum ConversationLayout {
  /**
   * OpenAI's messages with a list of images, as LLaMA-Factory reads them with {@code formatting:
   * sharegpt} and the tags {@code role}, {@code content}, {@code user} and {@code assistant}.
   */
  LLAMA_FACTORY("messages", "role", "content", "user", "assistant"),
  /** ShareGPT's turns with a list of images, LLaMA-Factory's {@code formatting: sharegpt}. */
  SHAREGPT("conversations", "from", "value", "human", "gpt");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String IMAGE = "<image>";

  private final String turns;
  private final String speaker;
  private final String said;
  private final String user;
  private final String model;

  ConversationLayout(String turns, String speaker, String said, String user, String model) {
    this.turns = turns;
    this.speaker = speaker;
    this.said = said;
    this.user = user;
    this.model = model;
  }

  /**
   * A record.
   *
   * @param image its path
   * @param prompt what is asked
   * @param layout where in the question the image stands
   * @param answer what is to be answered
   */
  public ObjectNode record(String image, String prompt, PromptLayout layout, String answer) {
    ObjectNode record = JSON.createObjectNode();
    ArrayNode conversation = record.putArray(turns);
    String question = layout == PromptLayout.IMAGE_FIRST ? IMAGE + prompt : prompt + IMAGE;
    conversation.addObject().put(speaker, user).put(said, question);
    conversation.addObject().put(speaker, model).put(said, answer);
    record.putArray("images").add(image);
    return record;
  }
}
