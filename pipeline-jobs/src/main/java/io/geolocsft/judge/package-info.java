/** Files of predictions that any program wrote, judged against a file of truths. */
package io.geolocsft.judge;
