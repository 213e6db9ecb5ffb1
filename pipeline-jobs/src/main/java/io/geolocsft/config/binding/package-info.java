/** Settings of YAML into records: defaults, allowed values, and all problems at once. */
package io.geolocsft.config.binding;
