/** The params of the stages: settings of the configuration file. */
package io.geolocsft.ml.param;
