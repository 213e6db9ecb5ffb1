/** Files on any Hadoop file system and members of archives, by URI. */
package io.geolocsft.files;
