/** The images most like another by what a vision tower sees in them. */
package io.geolocsft.retrieve;
