package io.geolocsft;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Work under another default locale than the machine's. */
public final class InLocale {

  private InLocale() {}

  /** Of other digits (Egypt, Iran), other rules of case (Turkey), a decimal comma (Germany). */
  public static Stream<Locale> others() {
    return Stream.of("ar-EG", "fa-IR", "tr-TR", "de-DE").map(Locale::forLanguageTag);
  }

  /** What it makes. */
  public static <T> T call(Locale locale, Callable<T> work) throws Exception {
    Locale machine = Locale.getDefault();
    Locale.setDefault(locale);
    try {
      return work.call();
    } finally {
      Locale.setDefault(machine);
    }
  }
}
