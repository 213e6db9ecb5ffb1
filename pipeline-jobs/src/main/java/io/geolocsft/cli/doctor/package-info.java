/** Whether all that a run needs is there. */
package io.geolocsft.cli.doctor;
