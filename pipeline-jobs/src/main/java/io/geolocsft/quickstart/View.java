package io.geolocsft.quickstart;

/**
 * What a camera is pointed at.
 *
 * @param latitude degrees north of the centre
 * @param longitude degrees east of the centre
 * @param exposure seed of the camera's brightness, contrast and noise
 * @param flaw what goes wrong with the image
 */
record View(double latitude, double longitude, long exposure, Flaw flaw) {}
