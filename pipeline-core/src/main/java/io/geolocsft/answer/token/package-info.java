/** Texts of models as words, numbers and punctuation, in many languages and typographies. */
package io.geolocsft.answer.token;
