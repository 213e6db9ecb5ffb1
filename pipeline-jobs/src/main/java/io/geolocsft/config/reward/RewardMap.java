package io.geolocsft.config.reward;

import io.geolocsft.geo.Gazetteer;
import java.io.Serializable;

/** The countries and provinces that rewards are given for, as each rank has them. */
@FunctionalInterface
public interface RewardMap extends Serializable {

  Gazetteer gazetteer();
}
