/** Prompt and target templates, the chat format, the tokenizer, and the reader of answers. */
package io.geolocsft.prompt;
