/** Prompt and target templates, the chat format and the tokenizer. */
package io.geolocsft.prompt;
