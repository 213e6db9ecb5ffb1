/**
 * Reads the coordinates in what a model wrote.
 *
 * <p>No answer is better than a wrong one. There is none where the hemisphere is not clear: a dash
 * between spaces that may be punctuation, a hemisphere on one number only, the letter O where
 * nothing says whether it is east or west, degrees and minutes without sign or hemisphere. There is
 * none where the order is not clear: an array under GeoJSON's key without its type, a point as a
 * program's call. There is none for a range, since it is no point. A bare pair is a latitude and a
 * longitude.
 *
 * <p>{@link io.geolocsft.answer.AnswerReader} has the forms and their order, {@link
 * io.geolocsft.answer.FinalAnswer} the choice among several answers, {@link
 * io.geolocsft.answer.Cut} what can be told of a text that was cut off.
 */
package io.geolocsft.answer;
