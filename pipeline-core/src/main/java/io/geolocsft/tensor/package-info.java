/** Tensors in files and types, and calls of TorchScript. */
package io.geolocsft.tensor;
