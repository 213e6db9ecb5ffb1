/** What answers are rewarded for, as pure functions that add up. */
package io.geolocsft.reward;
