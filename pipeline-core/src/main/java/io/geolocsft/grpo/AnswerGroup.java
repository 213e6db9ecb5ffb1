package io.geolocsft.grpo;

import io.geolocsft.generate.Continuation;
import java.util.List;

/** The answers to one image. */
record AnswerGroup(LocatedExample image, List<Continuation> answers) {}
