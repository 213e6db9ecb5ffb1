package io.geolocsft.cli.export;

import io.geolocsft.caption.ConversationLayout;
import java.util.Optional;

/** What files other programs read. */
enum ExportFormat {
  CSV(null),
  /** One object a line. */
  JSON(null),
  LLAMA_FACTORY(ConversationLayout.LLAMA_FACTORY),
  SHAREGPT(ConversationLayout.SHAREGPT);

  private final ConversationLayout conversation;

  ExportFormat(ConversationLayout conversation) {
    this.conversation = conversation;
  }

  /** That of training texts. */
  Optional<ConversationLayout> conversation() {
    return Optional.ofNullable(conversation);
  }
}
