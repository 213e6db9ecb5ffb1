/** What the files of others call an image. */
package io.geolocsft.image.naming;
