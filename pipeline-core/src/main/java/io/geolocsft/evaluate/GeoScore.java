package io.geolocsft.evaluate;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/**
 * The GeoGuessr-like score of one answer: {@code maximum * exp(-distance / scale)}.
 *
 * @param form how a score is made a number: OSV-5M and PLONK keep the fraction, PIGEON rounds each
 *     image's score, the game itself takes the floor
 * @param scaleKm the distance at which the score has fallen to 1/e of its maximum; 1492.7 km fits
 *     the game's world map, geospot uses 2000 km
 * @param maximum the score of a perfect answer, 5000 in the game
 */
public record GeoScore(Form form, double scaleKm, double maximum) implements Serializable {

  /** The scale of GeoGuessr's world map, as OSV-5M and PIGEON use it. */
  public static final double WORLD_SCALE_KM = 1492.7;

  public static final double GAME_MAXIMUM = 5000;

  /** How the exponential becomes the score. */
  public enum Form {
    EXACT {
      @Override
      double apply(double score) {
        return score;
      }
    },
    ROUNDED {
      @Override
      double apply(double score) {
        return Math.rint(score); // half to even, as Python's and NumPy's round
      }
    },
    FLOOR {
      @Override
      double apply(double score) {
        return Math.floor(score);
      }
    };

    abstract double apply(double score);
  }

  public GeoScore {
    requireNonNull(form, "form");
    checkArgument(scaleKm > 0, "scaleKm must be above 0, is %s", scaleKm);
    checkArgument(maximum > 0, "maximum must be above 0, is %s", maximum);
  }

  /** The score with the usual scale and maximum. */
  public static GeoScore of(Form form) {
    return new GeoScore(form, WORLD_SCALE_KM, GAME_MAXIMUM);
  }

  /** The score, in [0, maximum], of an answer {@code distanceKm} from the truth. */
  public double score(double distanceKm) {
    return form.apply(maximum * Math.exp(-distanceKm / scaleKm));
  }
}
